/** The roles, and the check that nothing is overwritten that we do not know. `$VERSION` is that of the schema. */
export const preparationSql = `
do $body$
declare
    there text := (select obj_description(oid, 'pg_namespace') from pg_namespace where nspname = 'cnc');
    present integer := substring(there from '^CNC Checkout lock server, schema (\\d+)$')::integer;
    wanted text;
begin
    if current_setting('server_version_num')::integer < 130000 then
        raise exception 'CNC Checkout needs PostgreSQL 13 or newer. Nothing was changed.';
    end if;
    if getdatabaseencoding() <> 'UTF8' then
        raise exception 'CNC Checkout needs a database in UTF8, and this one is in %. Nothing was changed.', getdatabaseencoding();
    end if;
    if present is null and exists (select from pg_namespace where nspname = 'cnc') then
        raise exception 'This database has a schema cnc that is not of CNC Checkout. Nothing was changed.';
    end if;
    if present > $VERSION then
        raise exception 'This database has schema % of CNC Checkout, and this is the older schema $VERSION. Nothing was changed. Use a newer CNC Checkout.', present;
    end if;
    foreach wanted in array array['cnc_owner', 'cnc_viewer', 'cnc_user', 'cnc_foreman'] loop
        if not exists (select from pg_roles where rolname = wanted) then
            execute format('create role %I nologin', wanted);
        end if;
    end loop;
    -- Who may make roles and is no superuser has to be a member of the owner to give anything to it.
    if not pg_has_role(current_user, 'cnc_owner', 'USAGE') then
        execute format('grant cnc_owner to %I', current_user);
    end if;
    if present is null then
        execute 'create schema cnc authorization cnc_owner';
        comment on schema cnc is 'CNC Checkout lock server, schema 0';
    end if;
end
$body$;

grant cnc_viewer to cnc_user;
grant cnc_user to cnc_foreman;
set local role cnc_owner;
`;

/** What each version of the schema added, from the first. A published one is never changed. */
export const migrationsSql: readonly string[] = [
    `
    create table cnc.repository (
        name text primary key check (name ~ '^\\S(.{0,98}\\S)?$'),
        id uuid not null unique default gen_random_uuid(),
        -- The role whose members may use it; everybody with a role of CNC Checkout where it is null.
        members name,
        -- What only a foreman may do.
        reserved text[] not null default array['take-over'],
        -- One more with each change; its row orders them.
        revision bigint not null default 0,
        change uuid,
        -- Why nothing can be changed any more, as a finished sentence.
        frozen text,
        -- What was imported: the same can be sent again.
        imported text
    );

    create table cnc.lock (
        repository text not null references cnc.repository,
        folded text not null check (folded <> ''),
        path text not null check (length(path) between 1 and 4096),
        holder text not null,
        since text not null,
        message text not null check (length(message) <= 10000),
        host text not null check (length(host) <= 256),
        -- Fields of the locks file that we do not know.
        extra jsonb,
        -- What was in the file at its check-out.
        content jsonb,
        revision bigint not null,
        -- Somebody replaces the content of the file until then.
        pin uuid,
        pinned_until timestamptz,
        primary key (repository, folded)
    );
    create index on cnc.lock (repository, revision);

    -- Files that were released, so that others can be told of that alone.
    create table cnc.gone (
        repository text not null references cnc.repository,
        folded text not null,
        revision bigint not null,
        primary key (repository, folded)
    );
    create index on cnc.gone (repository, revision);

    create table cnc.history (
        repository text not null references cnc.repository,
        revision bigint not null,
        item integer not null,
        change uuid not null,
        at text not null,
        action text not null,
        path text,
        folded text,
        from_path text,
        who text not null,
        host text not null,
        message text not null check (length(message) <= 10000),
        detail jsonb not null check (length(detail::text) <= 100000),
        primary key (repository, revision, item)
    );
    create index on cnc.history (repository, change);
    create index on cnc.history (repository, folded, revision);
    create index on cnc.history (repository, revision) where action = 'rename' or path is null;

    -- The highest number that a revision of a file got.
    create table cnc.number (
        repository text not null references cnc.repository,
        folded text not null,
        last integer not null,
        primary key (repository, folded)
    );
    `,
    `
    -- Contents of revisions with more bytes stay at the site where they were checked in.
    alter table cnc.repository add column keeps_up_to bigint not null default 1048576
        check (keeps_up_to between 0 and 67108864);

    -- What is in revisions, for sites that have no copy of them. Nothing in it is ever changed or removed.
    create table cnc.content (
        repository text not null references cnc.repository,
        sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
        -- Who kept it. Only readers can tell whether it is what its hash says: nobody keeps others from keeping the right one.
        author text not null,
        size bigint not null check (size >= 0),
        -- By gzip.
        compressed bytea not null,
        primary key (repository, sha256, author)
    );
    alter table cnc.content alter column compressed set storage external;
    `,
];

/** Who may read what. Nobody may write: only functions do. */
export const rightsSql = `
create or replace function cnc.is_member(members name) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $body$
    select members is null
        or exists (select from pg_roles where rolname = members and pg_has_role(session_user, oid, 'USAGE'))
$body$;

alter table cnc.repository enable row level security;
alter table cnc.lock enable row level security;
alter table cnc.gone enable row level security;
alter table cnc.history enable row level security;
alter table cnc.number enable row level security;
alter table cnc.content enable row level security;
drop policy if exists readable on cnc.repository;
drop policy if exists readable on cnc.lock;
drop policy if exists readable on cnc.gone;
drop policy if exists readable on cnc.history;
drop policy if exists readable on cnc.number;
drop policy if exists readable on cnc.content;
create policy readable on cnc.repository for select using (cnc.is_member(members));
create policy readable on cnc.lock for select using (repository in (select name from cnc.repository));
create policy readable on cnc.gone for select using (repository in (select name from cnc.repository));
create policy readable on cnc.history for select using (repository in (select name from cnc.repository));
create policy readable on cnc.number for select using (repository in (select name from cnc.repository));
create policy readable on cnc.content for select using (repository in (select name from cnc.repository));
`;
