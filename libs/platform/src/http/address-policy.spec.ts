import fc from 'fast-check';
import { addressVerdict } from './address-policy';

const REFUSED = {
  loopback: ['127.0.0.1', '127.255.255.254', '::1'],
  private: [
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '100.64.0.1',
    '100.127.255.255',
    'fd12::1',
    'fc00::',
  ],
  link_local: ['169.254.0.23', '169.254.1.1', 'fe80::1', 'febf::1', 'fe80::1%eth0', '::1%lo'],
  metadata: ['169.254.169.254', '168.63.129.16', '100.100.100.200', '192.0.0.192', 'fd00:ec2::254'],
  ipv4_in_ipv6: [
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '::ffff:a00:1',
    '::',
    '::10.0.0.1',
    '64:ff9b::a00:1',
    '64:ff9b:1::a00:1',
    '2002:a00:1::',
    '2001:0:a00:1::1',
  ],
  reserved: [
    '0.0.0.0',
    '192.0.2.1',
    '198.18.0.1',
    '203.0.113.9',
    '224.0.0.1',
    '255.255.255.255',
    '2001:db8::1',
    'ff02::1',
    '5f00::1',
    'fec0::1',
    '',
    'localhost',
    '1.2.3',
    '0x7f.1',
  ],
} as const;
const OPEN = [
  '1.1.1.1',
  '8.8.8.8',
  '100.63.255.255',
  '100.128.0.0',
  '172.15.0.1',
  '172.32.0.1',
  '168.63.129.17',
  '223.255.255.255',
  '2606:4700::1111',
  '2400:3200::1',
  '240e::1',
];

const text4 = (n: number): string => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255].join('.');
const word = (n: number): string => n.toString(16);

describe('addressVerdict', () => {
  it.each(Object.entries(REFUSED).flatMap(([because, list]) => list.map((one) => [one, because] as const)))(
    'refuses %p as %s',
    (address, because) => {
      expect(addressVerdict(address, false)).toEqual({ open: false, because });
    },
  );

  it.each(OPEN)('lets %s pass', (address) => {
    expect(addressVerdict(address, false)).toEqual({ open: true });
  });

  it('allows loopback in local mode, and nothing else more', () => {
    for (const address of Object.values(REFUSED).flat())
      expect(addressVerdict(address, true).open).toBe((REFUSED.loopback as readonly string[]).includes(address));
  });

  it('refuses every IPv4 address that comes inside an IPv6 one', () => {
    fc.assert(
      fc.property(fc.nat(0xffffffff), (n) => {
        const [high, low] = [word(n >>> 16), word(n & 0xffff)];
        for (const address of [
          `::ffff:${text4(n)}`,
          `::ffff:${high}:${low}`,
          `::${high}:${low}`,
          `64:ff9b::${high}:${low}`,
          `2002:${high}:${low}::1`,
          `2001:0:${high}:${low}::`,
        ])
          expect([address, addressVerdict(address, true).open && address !== '::0:1']).toEqual([address, false]);
      }),
    );
  });

  it('refuses an IPv4 address exactly when its first bits are those of a range', () => {
    const ranges: [number, number][] = [
      [0x00000000, 8],
      [0x0a000000, 8],
      [0x64400000, 10],
      [0x7f000000, 8],
      [0xa9fe0000, 16],
      [0xac100000, 12],
      [0xc0a80000, 16],
      [0xc6120000, 15],
      [0xe0000000, 3],
    ];
    const rare = /^(192\.0\.[02]|192\.88\.99|198\.51\.100|203\.0\.113|168\.63\.129)\./;
    fc.assert(
      fc.property(fc.nat(0xffffffff), fc.constantFrom(...ranges), fc.boolean(), (n, [net, bits], inside) => {
        const size = 2 ** (32 - bits);
        const address = text4(inside ? net + (n % size) : n);
        if (rare.test(address)) return;
        const value = inside ? net + (n % size) : n;
        const isListed = ranges.some(([from, width]) => value >= from && value < from + 2 ** (32 - width));
        expect([address, addressVerdict(address, false).open]).toEqual([address, !isListed]);
      }),
      { numRuns: 500 },
    );
  });
});
