import { type BegunFactor, type FactorState } from '@app/tenants';
import { ApiProperty } from '@nestjs/swagger';
import { toString as qrCode } from 'qrcode';
import { iso, Password, Text } from '../http';
import { SessionDto } from '../session/session.dto';

const LONGEST_CODE = 40;

export class SecondStepDto {
  /** As the first step answered it. */
  @Text(100)
  challenge: string;

  /** Six digits of the app, or a recovery code. */
  @Text(LONGEST_CODE)
  code: string;
}

export class FactorPasswordDto {
  @Password(1, 256)
  password: string;
}

export class FactorCodeDto {
  @Text(LONGEST_CODE)
  code: string;
}

export class DisableFactorDto extends FactorPasswordDto {
  /** Six digits of the app, or a recovery code. */
  @Text(LONGEST_CODE)
  code: string;
}

export class FactorStateDto {
  isOn: boolean;
  /** ISO 8601, UTC. */
  @ApiProperty({ type: String, nullable: true })
  since: string | null;
  recoveryCodesLeft: number;
}

export class BegunFactorDto {
  /** For typing into the app; shown this once, as the two below. */
  secret: string;
  /** `otpauth://…` */
  address: string;
  /** The address as an SVG picture. */
  qrCode: string;
}

export class ConfirmedFactorDto extends SessionDto {
  /** Each stands in for the app once; shown this once. */
  recoveryCodes: string[];
}

export function factorStateDto({ since, codesLeft }: FactorState): FactorStateDto {
  return { isOn: since !== null, since: iso(since), recoveryCodesLeft: codesLeft };
}

export async function begunFactorDto({ secret, address }: BegunFactor): Promise<BegunFactorDto> {
  const shown = address.reveal();
  return { secret: secret.reveal(), address: shown, qrCode: await qrCode(shown, { type: 'svg', margin: 1 }) };
}
