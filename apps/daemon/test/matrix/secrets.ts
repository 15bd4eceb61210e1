import type { Db } from '@yardmaster/store'

/** Columns whose names say that nobody shall see what is in them, and those whose names only sound so. */
const secretive = /hash|secret|token|nonce|cipher|password|private|sealed|key$/
const harmless = ['tasks.idempotency_key']

const jwt = /eyJ[\w-]{10,}\.[\w-]+\.[\w-]+/
const argon2 = /\$argon2/

/** What must never be in an answer or an event: patterns, and everything that lies in columns of such names. */
export class Secrets {
  readonly columns: string[] = []
  private readonly values = new Set<string>()

  /** @param known that lie in no table: keys, passwords, tokens that were given out */
  static async of(db: Db, known: string[]): Promise<Secrets> {
    const secrets = new Secrets()
    for (const one of known) secrets.values.add(one)
    const columns = await db.query<{ table: string; column: string; bytes: boolean }>({
      text: `select table_name as table, column_name as column, data_type = 'bytea' as bytes
             from information_schema.columns where table_schema = 'public' and column_name ~ $1`,
      values: [secretive.source],
    })
    for (const { table, column, bytes } of columns) {
      if (harmless.includes(`${table}.${column}`)) continue
      secrets.columns.push(`${table}.${column}`)
      const shapes = bytes ? ['hex', 'base64'] : [null]
      for (const shape of shapes) {
        const value = shape ? `encode(${column}, '${shape}')` : `${column}::text`
        const rows = await db.query<{ value: string }>({
          text: `select distinct ${value} as value from ${table} where ${column} is not null`,
        })
        // JSON has bytes as \x and their digits.
        for (const { value } of rows) secrets.values.add(value).add(`x${value}`)
      }
    }
    return secrets
  }

  /** What of it stands in a text. */
  in(text: string): string[] {
    const patterns = [jwt, argon2].flatMap((pattern) => pattern.exec(text)?.[0] ?? [])
    // Values are long words: looking each word of the text up is quicker than each value in the text.
    const words = text.match(/[\w+/=$,.-]{16,}/g) ?? []
    return [...patterns, ...words.filter((word) => this.values.has(word))]
  }
}
