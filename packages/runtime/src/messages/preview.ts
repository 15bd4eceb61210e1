/** SQL of a message's preview: the start of its text, or of its tool call's title. `content` is a jsonb expression. */
export const previewOf = (content: string): string =>
  `left(coalesce((select string_agg(coalesce(b->>'text', b->>'title', ''), ' ') from jsonb_array_elements(${content}) b), ''), 200)`
