import { type Merchant } from '@app/tenants';
import { OpaqueId, Text, Optional } from '../http';

export class CreateMerchantDto {
  @Text(120)
  name: string;

  /** May be left out by who belongs to exactly one provider. */
  @Optional()
  @OpaqueId('prv')
  provider?: string;
}

export class MerchantDto {
  id: string;
  /** The owning provider's id. */
  provider: string;
  name: string;
  /** ISO 8601, UTC. */
  createdAt: string;
}

export class MerchantPageDto {
  items: MerchantDto[];
  nextCursor: string | null;
}

export function merchantDto({ id, providerId, name, createdAt }: Merchant): MerchantDto {
  return { id, provider: providerId, name, createdAt: createdAt.toISOString() };
}
