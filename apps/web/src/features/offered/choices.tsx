import { Select } from '@mantine/core'
import { type Choice, type Chosen, choose, chosenOf } from './offered.js'

interface ChoicesProps {
  choices: readonly Choice[]
  chosen: Chosen
  change(some: Chosen): void
  disabled?: boolean
  size?: 'xs' | 'sm'
}

/** What the agent lets one choose, one list for each; what is left empty is the agent's to decide. */
export const Choices = ({ choices, chosen, change, disabled = false, size = 'sm' }: ChoicesProps) =>
  choices.map((choice) => {
    const value = chosenOf(chosen, choice)
    const known = choice.values.some((one) => one.value === value)
    const by_itself = choice.values.find((one) => one.value === choice.current)?.label ?? choice.current
    return (
      <Select
        key={`${choice.of} ${choice.id}`}
        size={size}
        label={choice.name}
        {...(choice.about ? { description: choice.about } : {})}
        placeholder={by_itself ? `${by_itself} (the agent's own)` : "The agent's own"}
        data={value === null || known ? choice.values : [...choice.values, { value, label: value }]}
        value={value}
        disabled={disabled}
        onChange={(next) => change(choose(chosen, choice, next))}
        searchable={choice.values.length > 8}
        clearable
      />
    )
  })
