import { type Api } from './api';
import { ok } from './tenants';

/** A route as the API's own description tells it, so that a new one cannot be forgotten. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Template such as `/api/v1/merchants/{id}`. */
  readonly path: string;
  /** What a role must be allowed to do; null for a public route. */
  readonly action: string | null;
  /** Names of query parameters and of body fields, the nested ones with dots, that may hold ids. */
  readonly inputs: readonly string[];
  /** What a POST says of repetitions: that it takes a key, or why not. */
  readonly idempotency: { readonly taken?: true; readonly because?: string } | null;
  /** The operation as the description has it. */
  readonly operation: any;
}

const ID_NAMES = /^(provider|merchant|platform|account|accounts|members|user|invite|fetch|.*Id|.*Ids)$/;

/** Every route of the API's description; those for programs made for WeChat lie outside of /api/v1. */
export async function routesOf(api: Api): Promise<Route[]> {
  const { paths, components } = ok(await api.get('/openapi.json'), 200);
  return Object.entries<Record<string, any>>(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      method: method.toUpperCase() as Route['method'],
      path,
      action: operation['x-action'] ?? null,
      idempotency: operation['x-idempotency'] ?? null,
      operation,
      inputs: [...queryIds(operation), ...bodyIds(operation, components.schemas)],
    })),
  );
}

function queryIds(operation: any): string[] {
  const parameters: { in: string; name: string }[] = operation.parameters ?? [];
  return parameters.filter((one) => one.in === 'query' && ID_NAMES.test(one.name)).map(({ name }) => name);
}

function bodyIds(operation: any, schemas: Record<string, any>): string[] {
  const schema = operation.requestBody?.content?.['application/json']?.schema;
  return schema === undefined ? [] : fieldsOf(schema, schemas);
}

function fieldsOf(schema: any, schemas: Record<string, any>): string[] {
  const reference: string | undefined = schema.$ref ?? schema.items?.$ref ?? schema.allOf?.[0]?.$ref;
  const target = reference === undefined ? (schema.items ?? schema) : schemas[reference.split('/').at(-1)!];
  return Object.entries<any>(target?.properties ?? {}).flatMap(([name, inner]) => {
    const nested = fieldsOf(inner, schemas).map((field) => `${name}.${field}`);
    return nested.length > 0 ? nested : ID_NAMES.test(name) ? [name] : [];
  });
}

/** The last part of an id changed: of the right form, and of nothing. */
export function idOfNothing(id: string): string {
  return `${id.slice(0, 4)}${'0'.repeat(id.length - 4)}`;
}
