import { Button, Checkbox, Group, MultiSelect, NumberInput, Select, Stack, TextInput } from '@mantine/core'
import type { FormContent, PermissionRequest } from '@yardmaster/protocol'
import { useState } from 'react'
import { type Field, fieldsOf } from './form-fields.js'

interface QuestionFormProps {
  request: PermissionRequest
  disabled: boolean
  answer(answer: { option_id: string; content?: FormContent }): void
}

/** A question that takes more than a choice, as the fields of its schema. */
export function QuestionForm({ request, disabled, answer }: QuestionFormProps) {
  const fields = fieldsOf(request.form?.schema)
  const [content, setContent] = useState<FormContent>(() =>
    Object.fromEntries(
      fields.flatMap(({ name, initial }) => (initial === undefined ? [] : [[name, initial]])),
    ),
  )
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        answer({ option_id: 'accept', content })
      }}
    >
      <Stack gap={8}>
        {fields.map((field) => (
          <Input
            key={field.name}
            field={field}
            value={content[field.name]}
            set={(value) => setContent((now) => ({ ...now, [field.name]: value }))}
          />
        ))}
        <Group gap={8}>
          <Button type="submit" disabled={disabled}>
            Answer
          </Button>
          <Button variant="default" disabled={disabled} onClick={() => answer({ option_id: 'decline' })}>
            Do not answer
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

type Value = FormContent[string]

function Input({ field, value, set }: { field: Field; value: Value | undefined; set(value: Value): void }) {
  const shared = { label: field.label, description: field.about, required: field.required }
  switch (field.kind) {
    case 'boolean':
      return (
        <Checkbox
          label={field.label}
          description={field.about}
          checked={value === true}
          onChange={(event) => set(event.currentTarget.checked)}
        />
      )
    case 'number':
      return <NumberInput {...shared} value={value as number} onChange={(number) => set(Number(number))} />
    case 'choice':
      return (
        <Select
          {...shared}
          data={field.choices}
          value={(value as string) ?? null}
          onChange={(one) => set(one ?? '')}
        />
      )
    case 'choices':
      return <MultiSelect {...shared} data={field.choices} value={(value as string[]) ?? []} onChange={set} />
    default:
      return (
        <TextInput
          {...shared}
          value={(value as string) ?? ''}
          onChange={(event) => set(event.currentTarget.value)}
        />
      )
  }
}
