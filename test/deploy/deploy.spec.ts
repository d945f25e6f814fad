import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { KeyRing } from '@app/kernel';
import { readCompose, readEnvExample, readText, references, ROOT, type ComposeService } from './compose-file';
import { boot, bootSandbox, CLASSES, requiredNames, sandboxNames, settingNames, type Program } from './settings';

/** What a person fills in; made up. */
const FILLED = new Map([
  ['MYSQL_PASSWORD', 'made0up1'],
  ['MYSQL_ROOT_PASSWORD', 'made0up2'],
  ['REDIS_PASSWORD', 'made0up3'],
  ['SECRET_KEYS', `k1:${Buffer.alloc(32, 7).toString('base64')}`],
]);
const example = readEnvExample();
const env = new Map([...example, ...FILLED]);
const compose = readCompose(env);
const PROGRAMS: Program[] = ['gateway', 'worker', 'migrate'];
const OURS = [...PROGRAMS, 'wechat-sandbox'];

function service(name: string): ComposeService {
  const found = compose.services[name];
  if (!found) throw new Error(`docker-compose.yml has no service ${name}`);
  return found;
}

/** As the process sees it: what YAML reads as a number becomes text, and nothing an empty one. */
function environmentOf(name: string): Record<string, string> {
  const given: Record<string, string | number | null> = service(name).environment ?? {};
  return Object.fromEntries(Object.entries(given).map(([key, value]) => [key, String(value ?? '')]));
}

function seconds(text: string | undefined): number {
  return Number(/^(\d+)s$/.exec(text ?? '')?.[1] ?? Number.NaN);
}

describe('settings in docker-compose.yml', () => {
  it.each(PROGRAMS)('%s is given only settings that it reads', (name) => {
    expect(settingNames(CLASSES[name])).toEqual(expect.arrayContaining(Object.keys(environmentOf(name))));
  });

  it.each(PROGRAMS)('%s is given all that it refuses to start without', (name) => {
    const required = requiredNames(CLASSES[name]);
    expect(required).toEqual(expect.arrayContaining(['DATABASE_URL', 'REDIS_URL', 'WECHAT_API_ORIGIN']));
    expect(Object.keys(environmentOf(name))).toEqual(expect.arrayContaining(required));
  });

  it.each(PROGRAMS)('%s accepts the values', (name) => {
    expect(() => boot(CLASSES[name], environmentOf(name))).not.toThrow();
  });

  it('the sandbox is given only settings that it reads, and accepts them', () => {
    expect(sandboxNames()).toEqual(expect.arrayContaining(Object.keys(environmentOf('wechat-sandbox'))));
    expect(bootSandbox(environmentOf('wechat-sandbox'))).toMatchObject({ host: '0.0.0.0', port: 3900 });
  });

  it('the program’s own default is the one written here, where one is written', () => {
    const written = new Map(references().map(({ name, fallback }) => [name, fallback]));
    const own = boot([...CLASSES.gateway, ...CLASSES.worker], environmentOf('gateway'));
    const defaults = boot([...CLASSES.gateway, ...CLASSES.worker], Object.fromEntries(requiredOnly()));
    const differing = Object.keys(own).filter(
      (name) => (written.get(name) ?? '') !== '' && String(defaults[name]) !== written.get(name),
    );
    expect(differing).toEqual(['SESSION_COOKIE']);
  });

  it.each(['gateway', 'worker', 'migrate'])('%s is not put into local mode, nor on another clock', (name) => {
    const given = Object.keys(environmentOf(name));
    for (const local of ['LOCAL_MODE', 'CLOCK_SOURCE', 'PARENT_WATCH', 'WEBHOOK_LOOPBACK'])
      expect(given).not.toContain(local);
  });

  it('migrations get no keys', () => {
    expect(Object.keys(environmentOf('migrate'))).not.toContain('SECRET_KEYS');
    expect(environmentOf('gateway')['SECRET_KEYS']).toBe(environmentOf('worker')['SECRET_KEYS']);
  });

  function requiredOnly(): [string, string][] {
    return Object.entries(environmentOf('gateway')).filter(([name]) => requiredNames(CLASSES.gateway).includes(name));
  }
});

describe('deploy/env.example', () => {
  it('names exactly the variables that docker-compose.yml takes', () => {
    expect([...example.keys()].sort()).toEqual([...new Set(references().map(({ name }) => name))].sort());
  });

  it('holds no secret, and docker-compose.yml no default for one', () => {
    for (const name of FILLED.keys()) expect([name, example.get(name)]).toEqual([name, '']);
    const secret = references().filter(({ name }) => /PASSWORD|_KEYS?$/.test(name));
    expect(new Set(secret.map(({ name }) => name))).toEqual(new Set(FILLED.keys()));
    expect(secret.filter(({ required }) => !required)).toEqual([]);
  });

  it.each([...FILLED.keys(), 'WECHAT_API_ORIGIN'])('without %s compose refuses', (name) => {
    expect(() => readCompose(new Map([...env].filter(([key]) => key !== name)))).toThrow(name);
  });

  it('shows the default of every other variable', () => {
    const wrong = references().filter(({ name, fallback }) => fallback !== null && example.get(name) !== fallback);
    expect(wrong).toEqual([]);
  });

  it('tells how to make a key that the key ring takes', () => {
    expect(readText('deploy/env.example')).toContain('echo "k1:$(openssl rand -base64 32)"');
    expect(KeyRing.parse(FILLED.get('SECRET_KEYS') ?? '').sealingKeyId).toBe('k1');
  });

  it('has a comment for every variable', () => {
    const blocks = readText('deploy/env.example').split(/\n\n+/);
    const bare = blocks.filter((block) => /^[A-Z][A-Z0-9_]*=/.test(block.trimStart()));
    expect(bare).toEqual([]);
  });
});

describe('services', () => {
  it('are the ones promised', () => {
    expect(Object.keys(compose.services).sort()).toEqual([...OURS, 'mysql', 'redis'].sort());
    expect(service('wechat-sandbox').profiles).toEqual(['sandbox']);
    for (const name of ['mysql', 'redis', ...PROGRAMS]) expect(service(name).profiles).toBeUndefined();
  });

  it('MySQL 8.4 reads committed rows, in utf8mb4 and UTC', () => {
    expect(service('mysql').image).toBe('mysql:8.4');
    expect(service('mysql').command).toEqual(
      expect.arrayContaining([
        '--transaction-isolation=READ-COMMITTED',
        '--character-set-server=utf8mb4',
        '--default-time-zone=+00:00',
      ]),
    );
    expect(service('mysql').volumes).toContain('mysql-data:/var/lib/mysql');
  });

  it('Redis 7 keeps an append-only file and drops nothing', () => {
    expect(service('redis').image).toBe('redis:7');
    const conf = readText('deploy/redis.conf').split('\n');
    expect(conf).toEqual(expect.arrayContaining(['appendonly yes', 'maxmemory-policy noeviction', 'dir /data']));
    expect(service('redis').volumes).toEqual(['redis-data:/data', './deploy/redis.conf:/etc/redis/redis.conf:ro']);
    expect(service('redis').command?.join(' ')).toContain('/etc/redis/redis.conf -');
  });

  it('publish nothing beyond loopback by default, and no port of stores or operators', () => {
    const published = Object.entries(compose.services).flatMap(([name, { ports }]) =>
      (ports ?? []).map((port) => [name, port]),
    );
    expect(published).toEqual([
      ['gateway', '127.0.0.1:3000:3000'],
      ['wechat-sandbox', '127.0.0.1:3900:3900'],
    ]);
    expect(compose.networks['stores']).toEqual({ internal: true });
    for (const store of ['mysql', 'redis', 'migrate']) expect(service(store).networks).toEqual(['stores']);
  });

  it.each(Object.keys(compose.services))('%s cannot gain rights or write outside its volumes', (name) => {
    expect(service(name)).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      tmpfs: expect.arrayContaining([expect.stringMatching(/^\/tmp:/)]) as string[],
      restart: name === 'migrate' ? 'no' : 'unless-stopped',
    });
    expect(service(name)).not.toHaveProperty('privileged');
  });

  it.each(Object.keys(compose.services))('%s does not run as root', (name) => {
    if (OURS.includes(name)) expect(service(name).user).toBeUndefined();
    else expect(service(name).user).toMatch(/^(mysql|redis)$/);
  });

  it.each(['gateway', 'worker'])('%s waits for stores and migrations, is watched and may end its work', (name) => {
    expect(service(name).depends_on).toEqual({
      mysql: { condition: 'service_healthy' },
      redis: { condition: 'service_healthy' },
      migrate: { condition: 'service_completed_successfully' },
    });
    const graceMs = seconds(service(name).stop_grace_period) * 1_000;
    expect(graceMs).toBeGreaterThan(Number(environmentOf(name)['SHUTDOWN_DEADLINE_MS']));
    expect(service(name).init).toBe(true);
  });

  it('the worker can be scaled', () => {
    expect(service('worker')).not.toHaveProperty('ports');
    expect(service('worker')).not.toHaveProperty('container_name');
  });

  it('are probed where they listen', () => {
    const probe = (name: string): string => [service(name).healthcheck?.test ?? []].flat().join(' ');
    expect(probe('worker')).toContain(`127.0.0.1:${environmentOf('worker')['OPS_PORT']}/health/ready`);
    expect(probe('wechat-sandbox')).toContain(
      `127.0.0.1:${environmentOf('wechat-sandbox')['SANDBOX_PORT']}/sandbox/health`,
    );
    expect(probe('mysql')).toContain('mysqladmin ping --protocol=tcp');
    expect(probe('redis')).toContain('redis-cli ping');
    expect(service('gateway').healthcheck).toBeUndefined();
    expect(readText('Dockerfile')).toContain('process.env.GATEWAY_PORT || 3000}/health/ready');
  });

  it('name volumes and networks that exist', () => {
    const all = Object.values(compose.services);
    const named = all.flatMap(({ volumes }) => volumes ?? []).map((volume) => volume.split(':')[0] ?? '');
    const volumes = named.filter((source) => !source.startsWith('.'));
    expect(volumes.sort()).toEqual(Object.keys(compose.volumes).sort());
    for (const file of named.filter((source) => source.startsWith('.')))
      expect([file, exists(file)]).toEqual([file, true]);
    expect(new Set(all.flatMap(({ networks }) => networks))).toEqual(new Set(Object.keys(compose.networks)));
  });
});

describe('Dockerfile', () => {
  const dockerfile = readText('Dockerfile').replace(/\\\n/g, ' ');
  const stages = dockerfile.split(/^(?=FROM )/m).slice(1);
  const runtime = stages.at(-1) ?? '';
  const copies = [...dockerfile.matchAll(/^COPY (.*)$/gm)].map(([, line = '']) => line.split(' '));

  it('ends in a stage without development packages that runs as an ordinary user', () => {
    expect(stages.map((stage) => /^FROM \S+ AS (\S+)/.exec(stage)?.[1])).toEqual([
      'base',
      'deps',
      'build',
      'packages',
      'runtime',
    ]);
    expect(runtime).toMatch(/^FROM base AS runtime/);
    expect(stages[0]).toMatch(/\nUSER node\n/);
    expect(dockerfile).not.toMatch(/USER (root|0)/);
    expect(stages[3]).toContain('npm ci --omit=dev');
    expect(runtime).toContain('--from=packages /app/node_modules');
    expect(runtime).toContain('NODE_ENV=production');
  });

  it('copies what exists and .dockerignore lets through', () => {
    const allowed = readText('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    const sources = copies
      .filter((words) => !words.some((word) => word.startsWith('--from=')))
      .flatMap((words) => words.filter((word) => !word.startsWith('--')).slice(0, -1));
    expect(sources.length).toBeGreaterThan(0);
    for (const source of sources)
      expect([source, exists(source), allowed.includes(source)]).toEqual([source, true, true]);
    expect(allowed.filter((source) => !sources.includes(source))).toEqual([]);
    expect(readText('.dockerignore').split('\n')).toContain('*');
  });

  it('leaves no source of the build behind', () => {
    const { projects } = JSON.parse(readText('nest-cli.json')) as { projects: Record<string, { root: string }> };
    const needed = Object.values(projects).map(({ root }) => root.split('/')[0]);
    const copied = copies.flatMap((words) => words);
    for (const folder of new Set([...needed, 'libs'])) expect(copied).toContain(folder);
  });

  it('starts programs that are built', () => {
    const commands = [
      ...[...dockerfile.matchAll(/dist\/[\w./-]+\.js/g)].map(([path]) => path),
      ...Object.values(compose.services).flatMap(({ command }) =>
        (command ?? []).filter((word) => /^dist\//.test(word)),
      ),
    ];
    expect(new Set(commands)).toEqual(
      new Set([
        'dist/apps/gateway/src/main.js',
        'dist/apps/worker/src/main.js',
        'dist/apps/wechat-sandbox/src/main.js',
        'dist/database/migrate.js',
      ]),
    );
    for (const path of commands) {
      const source = path.replace(/^dist\//, '').replace(/\.js$/, '.ts');
      expect([source, exists(source)]).toEqual([source, true]);
    }
  });

  it('runs npm scripts that package.json has, and ours on a Node version that it allows', () => {
    const { scripts, engines } = JSON.parse(readText('package.json')) as {
      scripts: Record<string, string>;
      engines: { node: string };
    };
    const run = [...dockerfile.matchAll(/npm run ([\w-]+)/g)].map(([, name]) => name);
    expect(run).toEqual(['build']);
    for (const name of run) expect(Object.keys(scripts)).toContain(name);
    const wanted = Number(/>=(\d+)/.exec(engines.node)?.[1]);
    const major = Number(/^ARG NODE_IMAGE=node:(\d+)-bookworm-slim$/m.exec(dockerfile)?.[1]);
    expect(major).toBeGreaterThanOrEqual(wanted);
  });
});

describe('documents', () => {
  const documents = ['README.md', 'README.zh-CN.md', 'CONTRIBUTING.md', 'docs/glossary.md', ...decisions()];

  function decisions(): string[] {
    return readdirSync(join(ROOT, 'docs/decisions')).map((file) => `docs/decisions/${file}`);
  }

  it.each(documents)('%s links to files that exist', (document) => {
    const links = [...readText(document).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(([, link = '']) => link);
    const folder = document.split('/').slice(0, -1).join('/');
    for (const link of links) expect([link, exists(join(folder, link))]).toEqual([link, true]);
  });

  it.each(decisions())('%s fits a screen', (decision) => {
    expect(decision).toMatch(/\/\d{4}-[a-z0-9-]+\.md$/);
    expect(readText(decision).trimEnd().split('\n').length).toBeLessThanOrEqual(40);
  });

  it.each(['README.md', 'README.zh-CN.md'])('%s explains every setting of the programs and of .env', (document) => {
    const text = readText(document);
    const names = [...settingNames([...CLASSES.gateway, ...CLASSES.worker]), ...sandboxNames(), ...example.keys()];
    const missing = [...new Set(names)].filter((name) => !text.includes(`\`${name}\``));
    expect(missing).toEqual([]);
  });

  it.each(['README.md', 'README.zh-CN.md'])('%s names programs and scripts that exist', (document) => {
    const { scripts } = JSON.parse(readText('package.json')) as { scripts: Record<string, string> };
    const programs = [...readText(document).matchAll(/dist\/([\w./-]+)\.js/g)].map(([, path = '']) => `${path}.ts`);
    expect(programs.length).toBeGreaterThan(0);
    for (const program of programs) expect([program, exists(program)]).toEqual([program, true]);
    const run = [...readText(document).matchAll(/npm (?:run ([\w-]+)|(start|test)\b)/g)].map(
      (found) => found[1] ?? found[2],
    );
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(run));
  });

  it('both READMEs have the same outline', () => {
    const outline = (document: string): string[] => readText(document).match(/^#+ /gm) ?? [];
    expect(outline('README.zh-CN.md')).toEqual(outline('README.md'));
  });
});

function exists(path: string): boolean {
  return existsSync(join(ROOT, path));
}
