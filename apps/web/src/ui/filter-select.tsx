import { Select, type SelectProps } from '@mantine/core'

/** One of the filters above a list: a choice that can be searched and taken away again. */
export function FilterSelect({
  label,
  data,
  value,
  onChoice,
}: {
  label: string
  data: SelectProps['data']
  value: string | undefined
  /** Undefined: it filters no more. */
  onChoice(value: string | undefined): void
}) {
  return (
    <Select
      aria-label={label}
      placeholder={label}
      {...(data ? { data } : {})}
      value={value ?? null}
      onChange={(chosen) => onChoice(chosen ?? undefined)}
      clearable
      searchable
    />
  )
}
