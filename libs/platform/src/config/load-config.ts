import 'reflect-metadata';
import { type FactoryProvider, type Type } from '@nestjs/common';
import { AppError } from '@app/kernel';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';

/** A settings class: one class-validator property per variable, its initial value being the default. */
export type ConfigClass<T extends object = object> = Type<T>;

const loaded = new Map<ConfigClass, object>();

/**
 * Reads every class from the environment and reports all that is wrong at once: names and rules, never a value.
 * Throws AppError `config_invalid`. Empty variables count as unset.
 */
export function loadConfig(classes: readonly ConfigClass[], env: NodeJS.ProcessEnv = process.env): void {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const problems: string[] = [];
  for (const type of classes) {
    const config = plainToInstance(type, given, { exposeDefaultValues: true, enableImplicitConversion: true });
    problems.push(...validateSync(config).flatMap(describe));
    loaded.set(type, config);
  }
  if (problems.length > 0) {
    const list = [...new Set(problems)].join('; ');
    throw new AppError('invalid', 'config_invalid', {
      message: { en: `settings are wrong: ${list}`, zh: `配置有误：${list}` },
    });
  }
}

/** The validated settings; `loadConfig` must have read this class at boot. */
export function config<T extends object>(type: ConfigClass<T>): T {
  const found = loaded.get(type);
  if (!found) throw new AppError('bug', 'config_not_loaded', { detail: { config: type.name } });
  return found as T;
}

export function configProvider<T extends object>(type: ConfigClass<T>): FactoryProvider<T> {
  return { provide: type, useFactory: () => config(type) };
}

function describe(error: ValidationError): string[] {
  return Object.values(error.constraints ?? {}).map((rule) =>
    rule.startsWith(error.property) ? rule : `${error.property}: ${rule}`,
  );
}
