import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'

/** Encrypts what lies in the database, with a key that does not. */
export interface Sealer {
  /** Names the key without telling it, so that a changed one can be noticed. */
  readonly key_id: string
  /** AES-256-GCM: 12 random bytes, 16 of the tag, then the value. Good for this user and name alone. */
  seal(user_id: string, name: string, value: string): Buffer
  /** The value; null where another key sealed it, or it was sealed for another user or name. */
  open(user_id: string, name: string, sealed: Buffer): string | null
}

const IV_BYTES = 12
const TAG_BYTES = 16

/** @param key 32 random bytes, kept in the home */
export function createSealer(key: Buffer): Sealer {
  // What the seal is bound to: a row that was copied to another user or name in the database does not open.
  const about = (user_id: string, name: string) => Buffer.from(`${user_id}\0${name}`)
  return {
    key_id: createHash('sha256').update('yardmaster environment key').update(key).digest('hex').slice(0, 16),
    seal(user_id, name, value) {
      const iv = randomBytes(IV_BYTES)
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(about(user_id, name))
      const text = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()])
      return Buffer.concat([iv, cipher.getAuthTag(), text])
    },
    open(user_id, name, sealed) {
      if (sealed.length < IV_BYTES + TAG_BYTES) return null
      const iv = sealed.subarray(0, IV_BYTES)
      const tag = sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES)
      const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES })
      decipher.setAAD(about(user_id, name)).setAuthTag(tag)
      try {
        const text = decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES))
        return Buffer.concat([text, decipher.final()]).toString('utf8')
      } catch {
        return null
      }
    },
  }
}
