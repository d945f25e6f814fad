import { isIP } from 'node:net';
import { IsIn, IsInt, IsString, Max, Min, ValidateBy } from 'class-validator';

const IsAddressList = () =>
  ValidateBy({
    name: 'isAddressList',
    validator: {
      validate: (value) => typeof value === 'string' && addressList(value).every(isAddressOrRange),
      defaultMessage: () => 'TRUSTED_PROXIES must be a comma-separated list of IP addresses or CIDR ranges',
    },
  });

const IsOrigin = () =>
  ValidateBy({
    name: 'isOrigin',
    validator: {
      validate: (value) => value === '' || (typeof value === 'string' && isOrigin(value)),
      defaultMessage: () => 'PUBLIC_ORIGIN must be an origin such as https://gateway.example.com, without a path',
    },
  });

/** Where the gateway listens and whom it believes. */
export class GatewayConfig {
  @IsInt()
  @Min(0)
  @Max(65_535)
  GATEWAY_PORT: number = 3000;

  @IsString()
  GATEWAY_HOST: string = '127.0.0.1';

  /** Proxies whose X-Forwarded-* headers count: addresses or CIDR ranges, comma separated. */
  @IsAddressList()
  TRUSTED_PROXIES: string = '';

  /** Where people reach the gateway, such as `https://gateway.example.com`: their password links begin with it. */
  @IsOrigin()
  PUBLIC_ORIGIN: string = '';

  /** `auto` leaves out Secure for plain HTTP on loopback alone; `secure` never does. */
  @IsIn(['auto', 'secure'])
  SESSION_COOKIE: 'auto' | 'secure' = 'auto';

  /** Milliseconds after which a stream of events asks again whether its reader may still see it; its heartbeat, too. */
  @IsInt()
  @Min(100)
  @Max(60_000)
  STREAM_CHECK_MS: number = 15_000;

  /** Streams of events one person may have open at a gateway process. */
  @IsInt()
  @Min(1)
  @Max(1_000)
  STREAMS_PER_USER: number = 8;

  /** Requests an API key may send in 60 seconds, at all gateways together; 0: no limit. */
  @IsInt()
  @Min(0)
  @Max(1_000_000)
  KEY_REQUESTS_A_MINUTE: number = 600;

  /** The same for a person with a session. */
  @IsInt()
  @Min(0)
  @Max(1_000_000)
  USER_REQUESTS_A_MINUTE: number = 1_200;
}

export function addressList(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

function isAddressOrRange(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  const isBits = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
  return version !== 0 && isBits && rest.length === 0;
}
