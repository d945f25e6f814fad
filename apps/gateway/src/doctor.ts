import { parseArgs } from 'node:util';
import { Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppError } from '@app/kernel';
import {
  CREDENTIALS_CONFIGS,
  credentialEntities,
  credentialSealedColumns,
  DoctorModule,
  DoctorService,
} from '@app/credentials';
import {
  checkUpstream,
  ClockModule,
  DatabaseModule,
  joinSealing,
  JobsModule,
  loadConfig,
  ProcessConfig,
  SecretsModule,
  StoreConfig,
  UpstreamConfig,
} from '@app/platform';
import { tenantEntities } from '@app/tenants';
import { exitCode, printReport } from './doctor/doctor-print';
import { preferredLanguage } from './problem/language';

const USAGE = `doctor [--platform APPID] [--json] [--lang en|zh]
Examines every platform, or the one of this component_appid, as the gateway with the same settings would.
  --json   prints the reports as JSON, texts in both languages
  --lang   language of the texts; else the terminal's
Exit code: 0 all well (notices included), 1 a warning or something that could not be checked, 2 a problem.
`;

// No queue: the doctor starts no jobs, so Redis is not asked for.
@Module({
  imports: [
    ClockModule,
    SecretsModule,
    DatabaseModule.forRoot([...tenantEntities, ...credentialEntities]),
    JobsModule.forRoot('producer', []),
    DoctorModule,
  ],
})
class DoctorCommandModule {}

function options(): { platform?: string; json?: boolean; lang?: string; help?: boolean } {
  const { values } = parseArgs({
    options: {
      platform: { type: 'string' },
      json: { type: 'boolean' },
      lang: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.lang !== undefined && values.lang !== 'en' && values.lang !== 'zh') {
    throw new Error(`--lang must be en or zh\n\n${USAGE}`);
  }
  return values;
}

async function examine(): Promise<number> {
  const { platform, json = false, lang, help = false } = options();
  if (help) {
    process.stdout.write(USAGE);
    return 0;
  }
  loadConfig([StoreConfig, UpstreamConfig, ProcessConfig, ...CREDENTIALS_CONFIGS]);
  await checkUpstream();
  // It may refresh a token, and so seals with its keys like any other process.
  const joined = await joinSealing('doctor', credentialSealedColumns, () => process.exit(3));
  let app: INestApplicationContext | undefined;
  try {
    app = await NestFactory.createApplicationContext(DoctorCommandModule, {
      logger: ['error', 'fatal'],
      abortOnError: false,
    });
    const reports = await app.get(DoctorService).examineAll(platform);
    const language = preferredLanguage(lang ?? Intl.DateTimeFormat().resolvedOptions().locale);
    const colours = process.stdout.isTTY;
    const shown = reports.map((report) => printReport(report, { language, colours }));
    const none = language === 'zh' ? '尚未登记第三方平台。\n' : 'No platform is registered.\n';
    const text = json ? `${JSON.stringify(reports, null, 2)}\n` : shown.join('\n') || none;
    // A pipe takes large texts bit by bit: the process must not end before.
    await new Promise((written) => process.stdout.write(text, written));
    return exitCode(reports);
  } finally {
    await app?.close();
    await joined.leave();
  }
}

examine().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const text = error instanceof AppError && error.text ? error.text.en : error instanceof Error ? error.message : '';
    process.stderr.write(`doctor: ${text}\n`);
    process.exit(3);
  },
);
