/** The parts of an OpenAPI operation that are read or written here. */
export interface Operation {
  summary?: string;
  description?: string;
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
  readonly security?: readonly object[];
  readonly requestBody?: { readonly content?: Content };
  readonly responses: Record<string, { description?: string; content?: Content }>;
  readonly 'x-action'?: string;
  readonly 'x-idempotency'?: { readonly taken?: boolean };
}

export type Content = Record<string, Media>;

export interface Media {
  schema?: Schema;
  example?: unknown;
  examples?: Record<string, { readonly summary: string; readonly value: unknown }>;
}

export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly example?: unknown;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly minimum?: number;
}

export type Schemas = Readonly<Record<string, Schema>>;
