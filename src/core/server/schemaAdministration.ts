/** What only members of `cnc_owner` may do, and the rights of everybody else. */
export const administrationSql = `
create or replace function cnc.create_repository(p_name text, p_members name default null) returns uuid
language sql set search_path = pg_catalog, pg_temp as $body$
    insert into cnc.repository (name, members) values (p_name, p_members) returning id
$body$;

-- Takes the locks and the history of a locks file over, into a repository that has none. The same can be sent again.
create or replace function cnc.import(p_repository text, p_digest text, p_locks jsonb, p_events jsonb) returns json
language plpgsql set search_path = pg_catalog, pg_temp as $body$
declare
    r cnc.repository;
    v_revision bigint := greatest(jsonb_array_length(p_events), 1);
    v_change constant uuid := gen_random_uuid();
begin
    select * into r from cnc.repository where name = p_repository for update;
    if not found then
        raise exception using errcode = 'CNC02', message = 'no such repository';
    end if;
    if r.imported = p_digest then
        return json_build_object('id', r.id, 'again', true);
    end if;
    if r.revision > 0 then
        raise exception using errcode = 'CNC06', message = 'the repository has changes already';
    end if;
    insert into cnc.history (repository, revision, item, change, at, action, path, folded, from_path, who, host, message, detail)
    select r.name, n, 1, case when n = v_revision then v_change else gen_random_uuid() end, e->>'at', e->>'action', e->>'path',
        e->>'folded', e->>'from', e->>'who', e->>'host', e->>'message', e->'detail'
    from jsonb_array_elements(p_events) with ordinality as events (e, n);
    insert into cnc.lock (repository, folded, path, holder, since, message, host, extra, content, revision)
    select r.name, l->>'folded', l->>'path', l->>'holder', l->>'since', l->>'message', l->>'host',
        nullif(l->'extra', 'null'), nullif(l->'content', 'null'), v_revision
    from jsonb_array_elements(p_locks) with ordinality as locks (l, n) order by n;
    insert into cnc.number (repository, folded, last)
    select r.name, e->>'folded', max((e->'detail'->'revision'->>'number')::integer)
    from jsonb_array_elements(p_events) e
    where e->>'action' in ('check-in', 'found') and e->'detail'->'revision' ? 'number' and e->>'folded' is not null
    group by e->>'folded';
    update cnc.repository set revision = v_revision, change = v_change, imported = p_digest, frozen = null where name = r.name;
    return json_build_object('id', r.id, 'again', false);
end
$body$;

-- Ends all changes, so that locks and history can be taken back to files.
create or replace function cnc.freeze(p_repository text, p_why text) returns uuid
language sql set search_path = pg_catalog, pg_temp as $body$
    update cnc.repository set frozen = p_why where name = p_repository returning id
$body$;

revoke all on all tables in schema cnc from public;
revoke all on all functions in schema cnc from public;
grant usage on schema cnc to cnc_viewer;
grant select on cnc.repository, cnc.lock, cnc.gone, cnc.history, cnc.number, cnc.content to cnc_viewer;
grant execute on function cnc.is_member(name), cnc.state(text, bigint, uuid) to cnc_viewer;
grant execute on function
    cnc.change(text, uuid, jsonb, jsonb, text, uuid, bigint, bigint, uuid),
    cnc.pin(text, uuid, jsonb, integer, bigint, uuid),
    cnc.take_number(text, text, integer),
    cnc.keep_content(text, text, bigint, bytea)
to cnc_user;
`;
