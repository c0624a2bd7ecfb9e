/** The one function that changes locks and history, and what it asks of renames. */
export const changeSql = `
-- Whether a file that is renamed is nobody's else, nor one that has the new name.
create or replace function cnc.is_rename_allowed(before jsonb, e jsonb, me text, is_foreman boolean) returns boolean
language sql immutable set search_path = pg_catalog, pg_temp as $body$
    select cnc.is_fold_of(e->>'fromFolded', e->>'from') and bool_and(
        before ? name and coalesce(is_foreman or cnc.is_same_user(before->name->>'holder', me), true)
    )
    from unnest(array[e->>'fromFolded', e->>'folded']) as name
$body$;

-- Whether a lock moves as its file did, or as the folder did that it is in.
create or replace function cnc.is_part_of_rename(events jsonb, f jsonb) returns boolean
language sql immutable set search_path = pg_catalog, pg_temp as $body$
    select cnc.is_fold_of(f->>'toFolded', f->>'to') and exists (
        select from jsonb_array_elements(events) e
        where e->>'action' = 'rename' and (
            (f->>'folded' = e->>'fromFolded' and f->>'toFolded' = e->>'folded')
            or (starts_with(f->>'folded', (e->>'fromFolded') || '/')
                and f->>'toFolded' = (e->>'folded') || substr(f->>'folded', length(e->>'fromFolded') + 1))
        )
    )
$body$;

-- Makes a change, all of it or nothing. It does not decide what is sensible: the caller has decided that by the state that
-- they know, and says what they expect. It decides what is right: nobody acts in the name of somebody else.
create or replace function cnc.change(
    p_repository text, p_id uuid, p_files jsonb, p_events jsonb, p_host text, p_pin uuid,
    p_since bigint, p_known bigint, p_change uuid
) returns json
language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '2500ms' as $body$
declare
    me constant text := session_user;
    is_foreman constant boolean := pg_has_role(session_user, 'cnc_foreman', 'USAGE');
    r cnc.repository := cnc.begin_change(p_repository);
    v_now text;
    f jsonb;
    e jsonb;
    there cnc.lock;
    before jsonb := '{}';
    obstacles jsonb := '[]';
    v_item integer := 0;
    v_told text[] := '{}';
    v_detail jsonb;
    v_set text;
    v_action text;
    is_right boolean;
begin
    -- An answer that got lost. It is written before it is acknowledged, or else it could be acknowledged where only one
    -- server has it.
    select h.at into v_now from cnc.history h where h.repository = r.name and h.change = p_id limit 1;
    if found then
        update cnc.repository set revision = revision where name = r.name;
        return json_build_object('applied', true, 'again', true, 'at', v_now, 'state', cnc.state(r.name, p_known, p_change));
    end if;
    v_now := to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"');

    for f in select * from jsonb_array_elements(p_files) loop
        if not cnc.is_fold_of(f->>'folded', f->>'path') or before ? (f->>'folded') then
            raise exception using errcode = 'CNC04', message = 'a name that is not folded, or twice';
        end if;
        select * into there from cnc.lock l where l.repository = r.name and l.folded = f->>'folded';
        before := before || jsonb_build_object(f->>'folded', coalesce(to_jsonb(there), '{}') || jsonb_build_object('set', f->>'set'));
        if there.holder is distinct from f->'expect'->>'holder' or there.since is distinct from f->'expect'->>'since' then
            obstacles := obstacles || jsonb_build_object('folded', f->>'folded', 'why', 'changed');
            continue;
        end if;
        if there.pin is distinct from p_pin and there.pinned_until > clock_timestamp() then
            obstacles := obstacles || jsonb_build_object('folded', f->>'folded', 'why', 'pinned', 'holder', there.holder);
            continue;
        end if;
        v_set := f->>'set';
        if v_set in ('renew', 'release') and there.holder is not null and not cnc.is_same_user(there.holder, me) then
            raise exception using errcode = 'CNC04', message = 'a lock of somebody else';
        elsif v_set = 'move' and there.holder is not null and not cnc.is_same_user(there.holder, me) and not is_foreman then
            raise exception using errcode = 'CNC05', message = 'move the lock of somebody else', detail = there.path;
        elsif v_set not in ('take', 'renew', 'release', 'move', 'stay') then
            raise exception using errcode = 'CNC04', message = 'no such change';
        end if;
    end loop;
    for e in select * from jsonb_array_elements(p_events) loop
        if e->>'action' = 'tidy' and exists (
            select from cnc.history h where h.repository = r.name and h.revision > p_since
                and (h.folded = e->>'folded' or h.action = 'rename' or h.path is null)
        ) then
            obstacles := obstacles || jsonb_build_object('folded', e->>'folded', 'why', 'changed');
        end if;
        -- Every lock goes along with its file.
        if e->>'action' = 'rename' and exists (
            select from cnc.lock l where l.repository = r.name and not before ? l.folded
                and (l.folded = e->>'fromFolded' or starts_with(l.folded, (e->>'fromFolded') || '/'))
        ) then
            obstacles := obstacles || jsonb_build_object('folded', e->>'fromFolded', 'why', 'changed');
        end if;
    end loop;
    if jsonb_array_length(obstacles) > 0 then
        return json_build_object('applied', false, 'obstacles', obstacles, 'state', cnc.state(r.name, p_known, p_change));
    end if;

    update cnc.repository set revision = revision + 1, change = p_id where name = r.name returning revision into r.revision;
    for e in select * from jsonb_array_elements(p_events) loop
        v_action := e->>'action';
        if v_action = any (r.reserved) and not is_foreman then
            raise exception using errcode = 'CNC05', message = v_action, detail = coalesce(e->>'path', '');
        end if;
        there := jsonb_populate_record(null::cnc.lock, before->(e->>'folded'));
        v_set := before->(e->>'folded')->>'set';
        is_right := coalesce(case
            when not cnc.is_fold_of(e->>'folded', e->>'path') then false
            when v_action = 'check-out' then v_set = 'take' and there.holder is null
            when v_action = 'take-over' then v_set = 'take' and there.holder is not null
            when v_action in ('check-in', 'undo') then v_set in ('renew', 'release')
            when v_action = 'restore' then v_set = 'stay' and cnc.is_same_user(there.holder, me)
            when v_action = 'found' then v_set <> 'take' and (there.holder is null or cnc.is_same_user(there.holder, me))
            when v_action = 'delete' then v_set = 'stay' and there.holder is not null
            when v_action = 'tidy' then v_set = 'stay' and there.holder is null
            when v_action = 'label' then v_set = 'stay'
            when v_action = 'rename' then e ? 'from' and cnc.is_rename_allowed(before, e, me, is_foreman)
        end, false);
        if not is_right then
            raise exception using errcode = 'CNC04', message = 'an event that is not of this change';
        end if;
        v_detail := (e->'detail') - array['time', 'action', 'file', 'from', 'user', 'host', 'message', 'checkedOut', 'kept', 'before'];
        if v_action = 'rename' then
            there := jsonb_populate_record(null::cnc.lock, before->(e->>'fromFolded'));
        end if;
        if there.holder is not null and v_action in ('check-in', 'undo', 'restore', 'take-over', 'delete', 'rename') then
            v_detail := v_detail || jsonb_build_object('checkedOut', jsonb_strip_nulls(jsonb_build_object(
                'time', there.since, 'message', there.message, 'host', nullif(there.host, ''),
                'user', case when v_action = 'take-over' or there.holder <> me then there.holder end
            )));
        end if;
        if v_action in ('check-in', 'undo', 'restore') then
            v_detail := v_detail || jsonb_strip_nulls(jsonb_build_object(
                'before', there.content, 'kept', case when v_set = 'renew' then true end
            ));
        end if;
        v_item := v_item + 1;
        insert into cnc.history (repository, revision, item, change, at, action, path, folded, from_path, who, host, message, detail)
        values (r.name, r.revision, v_item, p_id, v_now, v_action, e->>'path', e->>'folded', e->>'from', me, p_host,
            coalesce(e->>'message', ''), v_detail);
        v_told := v_told || (v_action || ' ' || (e->>'folded'));
    end loop;
    if v_item = 0 then
        raise exception using errcode = 'CNC04', message = 'a change of which the history would not know';
    end if;

    for f in select * from jsonb_array_elements(p_files) loop
        v_set := f->>'set';
        is_right := coalesce(case v_set
            when 'take' then v_told && array['check-out ' || (f->>'folded'), 'take-over ' || (f->>'folded')]
            when 'stay' then true
            when 'move' then cnc.is_part_of_rename(p_events, f)
            else v_told && array['check-in ' || (f->>'folded'), 'undo ' || (f->>'folded')]
        end, false);
        if not is_right then
            raise exception using errcode = 'CNC04', message = 'a change of which the history would not know';
        end if;
        if v_set in ('release', 'move') then
            delete from cnc.lock l where l.repository = r.name and l.folded = f->>'folded';
            insert into cnc.gone (repository, folded, revision) values (r.name, f->>'folded', r.revision)
            on conflict (repository, folded) do update set revision = r.revision;
        elsif v_set = 'renew' then
            update cnc.lock set since = v_now, revision = r.revision, content = f->'content', pin = null, pinned_until = null
            where repository = r.name and folded = f->>'folded';
        elsif v_set = 'stay' and p_pin is not null then
            -- A fetched content counts as what was in the file at its check-out.
            update cnc.lock set pin = null, pinned_until = null, content = coalesce(f->'content', content)
            where repository = r.name and folded = f->>'folded' and pin = p_pin;
        end if;
    end loop;
    -- Only now: one file may get the name that another one had.
    for f in select * from jsonb_array_elements(p_files) loop
        if f->>'set' = 'take' then
            insert into cnc.lock (repository, folded, path, holder, since, message, host, content, revision)
            values (r.name, f->>'folded', f->>'path', me, v_now, coalesce(f->>'message', ''), p_host, f->'content', r.revision)
            on conflict (repository, folded) do update set holder = me, since = v_now, message = excluded.message,
                host = p_host, extra = null, content = excluded.content, revision = r.revision, pin = null, pinned_until = null;
        elsif f->>'set' = 'move' then
            there := jsonb_populate_record(null::cnc.lock, before->(f->>'folded'));
            insert into cnc.lock (repository, folded, path, holder, since, message, host, extra, content, revision)
            values (r.name, f->>'toFolded', f->>'to', there.holder, there.since, there.message, there.host, there.extra,
                there.content, r.revision);
        end if;
    end loop;
    perform pg_notify('cnc_' || replace(r.id::text, '-', ''), r.revision::text);
    return json_build_object('applied', true, 'again', false, 'at', v_now, 'state', cnc.state(r.name, p_known, p_change));
end
$body$;
`;
