/** What goes with a change of what is in files: pinned locks, and numbers and contents of revisions. */
export const contentsSql = `
-- Lets nobody else have the locks of files for so many seconds, in which their contents are replaced. 0 ends that.
create or replace function cnc.pin(p_repository text, p_pin uuid, p_files jsonb, p_seconds integer, p_known bigint, p_change uuid)
returns json
language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '2500ms' as $body$
declare
    r cnc.repository := cnc.begin_change(p_repository);
    f jsonb;
    there cnc.lock;
    obstacles jsonb := '[]';
begin
    for f in select * from jsonb_array_elements(p_files) loop
        select * into there from cnc.lock l where l.repository = r.name and l.folded = f->>'folded';
        if there.holder is distinct from f->'expect'->>'holder' or there.since is distinct from f->'expect'->>'since'
            or not coalesce(cnc.is_same_user(there.holder, session_user), false) then
            obstacles := obstacles || jsonb_build_object('folded', f->>'folded', 'why', 'changed');
        elsif there.pin is distinct from p_pin and there.pinned_until > clock_timestamp() then
            obstacles := obstacles || jsonb_build_object('folded', f->>'folded', 'why', 'pinned', 'holder', there.holder);
        end if;
    end loop;
    if jsonb_array_length(obstacles) = 0 then
        update cnc.lock l set pin = p_pin,
            pinned_until = clock_timestamp() + make_interval(secs => least(greatest(p_seconds, 0), 60))
        where l.repository = r.name and l.folded in (select j->>'folded' from jsonb_array_elements(p_files) j);
    end if;
    return json_build_object('applied', jsonb_array_length(obstacles) = 0, 'obstacles', obstacles,
        'state', cnc.state(r.name, p_known, p_change));
end
$body$;

-- The next number for a revision of a file: nobody else gets it, at whatever site.
create or replace function cnc.take_number(p_repository text, p_folded text, p_above integer) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '2500ms' as $body$
declare
    r cnc.repository := cnc.begin_change(p_repository);
    v_last integer;
begin
    if p_above not between 0 and 1000000 or length(p_folded) not between 1 and 4096 then
        raise exception using errcode = 'CNC04', message = 'no such number';
    end if;
    insert into cnc.number as n (repository, folded, last) values (r.name, p_folded, p_above + 1)
    on conflict (repository, folded) do update set last = greatest(n.last, p_above) + 1
    returning n.last into v_last;
    return v_last;
end
$body$;

-- Keeps what is in a revision. Says no to what is too large.
create or replace function cnc.keep_content(p_repository text, p_sha256 text, p_size bigint, p_compressed bytea) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $body$
declare
    r cnc.repository;
    is_owner constant boolean := pg_has_role(session_user, 'cnc_owner', 'USAGE');
begin
    if not (is_owner or pg_has_role(session_user, 'cnc_user', 'USAGE')) then
        raise exception using errcode = 'CNC01', message = 'no right to change';
    end if;
    select * into r from cnc.repository where name = p_repository and (is_owner or cnc.is_member(members));
    if not found then
        raise exception using errcode = 'CNC02', message = 'no such repository';
    end if;
    if r.frozen is not null and not is_owner then
        raise exception using errcode = 'CNC03', message = r.frozen;
    end if;
    -- What cannot be compressed becomes a little larger.
    if p_size > r.keeps_up_to or octet_length(p_compressed) > r.keeps_up_to + 4096 then
        return false;
    end if;
    insert into cnc.content (repository, sha256, author, size, compressed)
    values (r.name, p_sha256, session_user, p_size, p_compressed)
    on conflict (repository, sha256, author) do nothing;
    return true;
end
$body$;
`;
