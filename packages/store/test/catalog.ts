import type { Queryable } from '../src/index.js'

/** What a schema consists of, one line per thing, sorted; knex's own tables left out. */
export async function catalog(on: Queryable): Promise<string[]> {
  const rows = await on.query<{ line: string }>({ text: everything })
  return rows.map(({ line }) => line).sort()
}

const everything = `
  with ours as (select * from pg_class where relnamespace = 'public'::regnamespace and relname not like 'knex%')
  select format('%s %s %s', relkind, relname, relacl) as line from ours
  union all
  select format('column %s.%s %s %s %s%s %s', relname, attname, format_type(atttypid, atttypmod),
    case when attnotnull then 'not null' end, attidentity, attgenerated, pg_get_expr(adbin, adrelid))
    from ours join pg_attribute on attrelid = ours.oid and attnum > 0 and not attisdropped
    left join pg_attrdef on adrelid = attrelid and adnum = attnum
  union all
  select format('constraint %s.%s %s', relname, conname, pg_get_constraintdef(pg_constraint.oid))
    from ours join pg_constraint on conrelid = ours.oid
  union all
  select format('index %s', pg_get_indexdef(indexrelid)) from pg_index join ours on ours.oid = indexrelid
  union all
  select format('trigger %s', pg_get_triggerdef(pg_trigger.oid)) from pg_trigger join ours on ours.oid = tgrelid
    where not tgisinternal
  union all
  select format('function %s %s', pg_get_functiondef(oid), proacl) from pg_proc
    where pronamespace = 'public'::regnamespace and prokind in ('f', 'p')
  union all
  select format('type %s %s', typname, typtype) from pg_type
    where typnamespace = 'public'::regnamespace and typtype in ('e', 'd')`
