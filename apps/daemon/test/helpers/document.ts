import OpenAPIResponseValidator, { type OpenAPIResponseValidatorArgs } from 'openapi-response-validator'

interface Operation {
  parameters?: { name: string }[]
  responses: Record<string, { $ref?: string }>
}

/** The OpenAPI document as the daemon serves it, to hold answers against: by a validator that knows nothing of ours. */
export class OpenApi {
  private readonly validators = new Map<string, OpenAPIResponseValidator>()

  private constructor(
    readonly paths: Record<string, Record<string, Operation>>,
    private readonly components: Record<string, Record<string, object>>,
  ) {}

  static async of(url: string): Promise<OpenApi> {
    const { paths, components } = (await (await fetch(`${url}/openapi.json`)).json()) as OpenApi
    return new OpenApi(paths, components)
  }

  /**
   * What is wrong with an answer, nothing where it fits the response that the document has for its status.
   *
   * @param path as the document writes it: `/sessions/{id}/prompt`
   */
  problems(verb: string, path: string, status: number, body: unknown): string[] {
    const responses = this.paths[path]?.[verb.toLowerCase()]?.responses
    if (!responses?.[status]) return [`The document has no ${status} for ${verb} ${path}.`]
    const found = this.validator(`${verb} ${path}`, responses).validateResponse(status, body)
    return (found?.errors ?? []).map(
      ({ path: where, message }: { path?: string; message: string }) =>
        `${verb} ${path}, ${status}: ${where ?? ''} ${message}`,
    )
  }

  private validator(name: string, responses: Operation['responses']): OpenAPIResponseValidator {
    const known = this.validators.get(name)
    if (known) return known
    const resolved = Object.fromEntries(
      Object.entries(responses).map(([status, response]) => [
        status,
        response.$ref ? this.components.responses?.[response.$ref.split('/').at(-1) as string] : response,
      ]),
    )
    const made = new OpenAPIResponseValidator({
      responses: resolved,
      components: this.components,
      customFormats: { uuid: isUuid, 'date-time': isTime },
    } as unknown as OpenAPIResponseValidatorArgs)
    this.validators.set(name, made)
    return made
  }
}

const isUuid = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)
const isTime = (text: string): boolean =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(text) && !Number.isNaN(Date.parse(text))
