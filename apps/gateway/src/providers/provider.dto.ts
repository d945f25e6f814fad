import { type Provider } from '@app/tenants';
import { Text } from '../http';

export class CreateProviderDto {
  @Text(120)
  name: string;
}

export class ProviderDto {
  id: string;
  name: string;
  /** ISO 8601, UTC. */
  createdAt: string;
}

export class ProviderPageDto {
  items: ProviderDto[];
  nextCursor: string | null;
}

export function providerDto({ id, name, createdAt }: Provider): ProviderDto {
  return { id, name, createdAt: createdAt.toISOString() };
}
