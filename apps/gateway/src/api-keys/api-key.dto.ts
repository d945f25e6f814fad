import { KEY_SCOPES, type ApiKeyView, type KeyScope } from '@app/tenants';
import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsIn } from 'class-validator';
import { iso, Instant, OpaqueId, OpaqueIds, Optional, Text } from '../http';

export class CreateApiKeyDto {
  @Text(120)
  name: string;

  /** Whose key it is: a provider's, or a merchant's. Who belongs to one alone may leave both out. */
  @Optional()
  @OpaqueId('prv')
  provider?: string;

  @Optional()
  @OpaqueId('mer')
  merchant?: string;

  /** Only these accounts of the provider or merchant. Without it: all of them, later ones included. */
  @Optional()
  @OpaqueIds('acc', 200)
  accounts?: string[];

  @ApiProperty({ enum: KEY_SCOPES, isArray: true, minItems: 1 })
  @IsIn(KEY_SCOPES, { each: true })
  @ArrayMaxSize(KEY_SCOPES.length)
  @ArrayMinSize(1)
  @IsArray()
  scopes: KeyScope[];

  /** Within ten years, with its time zone; without it the key holds until it is revoked. */
  @Optional()
  @Instant()
  expiresAt?: string;
}

export class ApiKeyDto {
  id: string;
  name: string;
  /** The key begins with `wpg_` and this. */
  prefix: string;
  provider: string;
  @ApiProperty({ type: String, nullable: true })
  merchant: string | null;
  /** Null: bound to no single accounts. */
  @ApiProperty({ type: [String], nullable: true })
  accounts: readonly string[] | null;
  @ApiProperty({ enum: KEY_SCOPES, isArray: true })
  scopes: readonly string[];
  /** ISO 8601, UTC, as the times below. */
  createdAt: string;
  @ApiProperty({ type: String, nullable: true })
  expiresAt: string | null;
  /** To the minute; null: never. */
  @ApiProperty({ type: String, nullable: true })
  lastUsedAt: string | null;
  @ApiProperty({ type: String, nullable: true })
  revokedAt: string | null;
}

export class MadeApiKeyDto extends ApiKeyDto {
  /** Shown this once. */
  key: string;
}

export class ApiKeyPageDto {
  items: ApiKeyDto[];
  nextCursor: string | null;
}

export function apiKeyDto({ id, name, prefix, accounts, scopes, ...view }: ApiKeyView): ApiKeyDto {
  return {
    ...{ id, name, prefix, provider: view.providerId, merchant: view.merchantId, accounts, scopes },
    createdAt: view.createdAt.toISOString(),
    expiresAt: iso(view.expiresAt),
    lastUsedAt: iso(view.lastUsedAt),
    revokedAt: iso(view.revokedAt),
  };
}
