import { Select } from '@mantine/core'
import { type Role, roles } from '@yardmaster/protocol'
import { roleAbout, roleWords } from '../../ui/words.js'

export function RoleSelect({
  label,
  hidden = false,
  value,
  disabled = false,
  onChange,
}: {
  label: string
  /** The label is only read aloud. */
  hidden?: boolean
  value: Role
  disabled?: boolean
  onChange(role: Role): void
}) {
  return (
    <Select
      {...(hidden ? { 'aria-label': label, size: 'xs' } : { label, description: roleAbout[value] })}
      data={roles.map((role) => ({ value: role, label: roleWords[role] }))}
      value={value}
      disabled={disabled}
      allowDeselect={false}
      onChange={(role) => role && role !== value && onChange(role as Role)}
    />
  )
}
