import { administrationSql } from './schemaAdministration';
import { changeSql } from './schemaChange';
import { contentsSql } from './schemaContents';
import { readingSql } from './schemaReading';
import { migrationsSql, preparationSql, rightsSql } from './schemaTables';
import { SCHEMA_VERSION } from './schemaVersion';

/**
 * The SQL that sets a database up for the lock server, or brings it to this version. It can be run again and again, and
 * refuses a database with a newer version.
 */
export function schemaSql(): string {
    const migrations = migrationsSql.map(
        (sql, index) => `
do $migrate$
begin
    if substring(obj_description('cnc'::regnamespace, 'pg_namespace') from '\\d+$')::integer < ${index + 1} then
        ${sql.trim()}
        comment on schema cnc is 'CNC Checkout lock server, schema ${index + 1}';
    end if;
end
$migrate$;
`,
    );
    return [
        `-- CNC Checkout: the schema of a lock server, version ${SCHEMA_VERSION}. Run it as the administrator of the database:\n-- psql --set ON_ERROR_STOP=1 --file FILE DATABASE\n\nbegin;\n`,
        preparationSql.replaceAll('$VERSION', String(SCHEMA_VERSION)),
        ...migrations,
        rightsSql,
        readingSql,
        changeSql,
        contentsSql,
        administrationSql,
        '\ncommit;\n',
    ].join('');
}
