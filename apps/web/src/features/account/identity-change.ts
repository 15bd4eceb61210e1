import type { User } from '@yardmaster/protocol'

/** The fields of the form; an empty name or address of git stands for the user's own. */
export type IdentityForm = Record<'name' | 'git_name' | 'git_email', string>

export const identityForm = ({ name, git_name, git_email }: User): IdentityForm => ({
  name,
  git_name: git_name ?? '',
  git_email: git_email ?? '',
})

/** What the form changes of the user; null when it changes nothing, or the name is empty. */
export function identityChange(user: User, form: IdentityForm): Partial<User> | null {
  const name = form.name.trim()
  const wanted = { name, git_name: form.git_name.trim() || null, git_email: form.git_email.trim() || null }
  const changed = Object.entries(wanted).filter(([field, value]) => user[field as keyof User] !== value)
  return name === '' || changed.length === 0 ? null : Object.fromEntries(changed)
}
