/** What is asked before each change, and what clients are told of the locks. */
export const readingSql = `
-- Whether a text is how we fold a path, as far as that can be told here: two locks on one file must meet.
create or replace function cnc.is_fold_of(folded text, path text) returns boolean
language sql immutable set search_path = pg_catalog, pg_temp as $body$
    select regexp_replace(folded, '[^\\u0001-\\u007f]', '', 'g') = regexp_replace(
        normalize(lower(replace(normalize(path, nfc), U&'\\0130', U&'i\\0307') collate "C"), nfc),
        '[^\\u0001-\\u007f]', '', 'g'
    )
$body$;

create or replace function cnc.is_same_user(one text, other text) returns boolean
language sql immutable set search_path = pg_catalog, pg_temp as $body$
    select one = other or lower(trim(normalize(one, nfc))) = lower(trim(normalize(other, nfc)))
$body$;

-- The repository, if the user may change its locks. Other changes wait from here on.
create or replace function cnc.begin_change(p_repository text) returns cnc.repository
language plpgsql security definer set search_path = pg_catalog, pg_temp as $body$
declare
    r cnc.repository;
begin
    if not pg_has_role(session_user, 'cnc_user', 'USAGE') then
        raise exception using errcode = 'CNC01', message = 'no right to change';
    end if;
    select * into r from cnc.repository where name = p_repository and cnc.is_member(members) for update;
    if not found then
        raise exception using errcode = 'CNC02', message = 'no such repository';
    end if;
    if r.frozen is not null then
        raise exception using errcode = 'CNC03', message = r.frozen;
    end if;
    return r;
end
$body$;

-- What is new since a state that somebody knows; all of it where that state is not known here.
create or replace function cnc.state(p_repository text, p_known bigint, p_change uuid) returns json
language plpgsql stable set search_path = pg_catalog, pg_temp as $body$
declare
    r cnc.repository;
    whole boolean;
begin
    select * into r from cnc.repository where name = p_repository;
    if not found then
        return null;
    end if;
    whole := p_known is null or p_known > r.revision or p_change is distinct from case
        when p_known = r.revision then r.change
        else (select h.change from cnc.history h where h.repository = r.name and h.revision = p_known limit 1)
    end;
    return json_build_object(
        'id', r.id, 'revision', r.revision, 'change', r.change, 'whole', whole, 'keepsUpTo', r.keeps_up_to,
        -- A list for each column: of a hundred thousand locks that is a quarter less work.
        'locks', (
            select json_build_object(
                'path', coalesce(json_agg(l.path), '[]'), 'folded', coalesce(json_agg(nullif(l.folded, l.path)), '[]'),
                'holder', coalesce(json_agg(l.holder), '[]'), 'since', coalesce(json_agg(l.since), '[]'),
                'message', coalesce(json_agg(l.message), '[]'), 'host', coalesce(json_agg(l.host), '[]')
            )
            from (
                select * from cnc.lock where repository = r.name and (whole or revision > p_known) order by revision
            ) l
        ),
        'gone', (
            select coalesce(json_agg(g.folded), '[]')
            from cnc.gone g where g.repository = r.name and not whole and g.revision > p_known
        )
    );
end
$body$;
`;
