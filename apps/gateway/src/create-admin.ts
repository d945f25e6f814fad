import { parseArgs } from 'node:util';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppError, Clock, newToken, SystemClock } from '@app/kernel';
import { DatabaseModule, loadConfig, StoreConfig } from '@app/platform';
import { PasswordReset, tenantEntities, TenantsModule, UserService } from '@app/tenants';
import { isEmail } from 'class-validator';
import { promptHidden, readStandardInput } from './users/password-input';

const USAGE = `create-admin --email ADDRESS [--name NAME] [--password-stdin | --generate] [--force | --reset]

Makes the first host: the person who runs this installation. Without --password-stdin or --generate it asks for a password.
  --generate        makes a password and prints it once
  --password-stdin  reads the password from standard input
  --force           makes one more host
  --reset           gives the person who has this address a new password, ends all their sessions and
                    removes their second factor
`;

@Module({})
class SystemClockModule {}

// The platform's ClockModule may follow a sandbox; making a user needs nothing of WeChat.
const clock = { provide: Clock, useClass: SystemClock };
const systemClock = { module: SystemClockModule, global: true, providers: [clock], exports: [clock] };

@Module({ imports: [systemClock, DatabaseModule.forRoot(tenantEntities), TenantsModule] })
class CreateAdminModule {}

async function createAdmin(): Promise<void> {
  const { values } = parseArgs({
    options: {
      email: { type: 'string' },
      name: { type: 'string' },
      'password-stdin': { type: 'boolean' },
      generate: { type: 'boolean' },
      force: { type: 'boolean' },
      reset: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const { email, name = 'Host', generate = false, force = false, reset = false } = values;
  if (email === undefined || !isEmail(email.trim())) throw new Error(`--email must be an e-mail address\n\n${USAGE}`);
  loadConfig([StoreConfig]);
  const app = await NestFactory.createApplicationContext(CreateAdminModule, {
    logger: ['error', 'fatal'],
    abortOnError: false,
  });
  try {
    const users = app.get(UserService);
    const ask = (): string | Promise<string> =>
      generate ? newToken() : values['password-stdin'] ? readStandardInput() : promptHidden();
    const shown = (password: string): string => (generate ? ` Password, shown only now: ${password}` : '');
    if (reset) {
      const password = await ask();
      await app.get(PasswordReset).reset(email, password);
      process.stdout.write(`${email} has a new password, no session and no second factor.${shown(password)}\n`);
      return;
    }
    if (await users.hasHost(email)) {
      process.stdout.write(`${email} is a host already: nothing was changed. --reset sets a new password.\n`);
      return;
    }
    if (!force && (await users.hasHost())) throw new Error('a host exists already; --force makes one more');
    const password = await ask();
    const user = await users.createHost({ email, name, password });
    process.stdout.write(`${user.email} is a host now.${shown(password)}\n`);
  } finally {
    await app.close();
  }
}

createAdmin().catch((error: unknown) => {
  const text = error instanceof AppError && error.text ? error.text.en : error instanceof Error ? error.message : '';
  process.stderr.write(`create-admin: ${text}\n`);
  process.exit(1);
});
