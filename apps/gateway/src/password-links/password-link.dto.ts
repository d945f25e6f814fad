import { PASSWORD_MAX, PASSWORD_MIN, type MadeLink, type OpenLink } from '@app/tenants';
import { ApiProperty } from '@nestjs/swagger';
import { Password } from '../http';

const PURPOSES = ['join', 'reset'] as const;

export class MadeLinkDto {
  /** For its person alone, and shown this once: whoever opens it first sets the password. */
  url: string;
  @ApiProperty({ enum: PURPOSES })
  purpose: MadeLink['purpose'];
  /** ISO 8601, UTC. */
  expiresAt: string;
}

export class OpenLinkDto {
  @ApiProperty({ enum: PURPOSES })
  purpose: OpenLink['purpose'];
  /** Whose password it sets. */
  email: string;
  name: string;
  /** ISO 8601, UTC. */
  expiresAt: string;
}

export class NewPasswordDto {
  @Password(PASSWORD_MIN, PASSWORD_MAX)
  password: string;
}

export function madeLinkDto({ purpose, expiresAt }: MadeLink, url: string): MadeLinkDto {
  return { url, purpose, expiresAt: expiresAt.toISOString() };
}

export function openLinkDto({ purpose, email, name, expiresAt }: OpenLink): OpenLinkDto {
  return { purpose, email, name, expiresAt: expiresAt.toISOString() };
}
