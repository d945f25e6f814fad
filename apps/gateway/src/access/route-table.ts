import { Injectable, RequestMethod, type OnModuleInit } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { AppError } from '@app/kernel';
import { rulesOf, type Rule } from './rule';

/** One route and who may call it. */
export interface RouteEntry {
  readonly method: string;
  /** Template such as `/api/v1/merchants/:id`. */
  readonly path: string;
  /** `Controller.method` */
  readonly handler: string;
  readonly rule: Rule;
}

type Method = (...args: never[]) => unknown;

/** Every route of every controller. Boot fails for one that does not declare exactly one rule. */
@Injectable()
export class RouteTable implements OnModuleInit {
  private entries: readonly RouteEntry[] = [];

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  onModuleInit(): void {
    this.entries = this.discovery.getControllers().flatMap(({ metatype }) => {
      if (typeof metatype !== 'function') return [];
      const prototype = metatype.prototype as Record<string, Method>;
      return this.scanner.getAllMethodNames(prototype).flatMap((name) => routesOf(metatype, name, prototype[name]));
    });
  }

  all(): readonly RouteEntry[] {
    return this.entries;
  }
}

/** What a method of a controller declares; none when it is no handler. */
export function routesOf(
  controller: object & { readonly name: string },
  name: string,
  handler: Method | undefined,
): RouteEntry[] {
  if (!handler || !Reflect.hasMetadata(PATH_METADATA, handler)) return [];
  const label = `${controller.name}.${name}`;
  const [rule, ...others] = rulesOf(handler);
  if (!rule || others.length > 0) {
    throw new AppError('bug', 'route_without_rule', {
      message: {
        en: `${label} must declare exactly one of @Requires and @Public`,
        zh: `${label} 必须且只能声明 @Requires 或 @Public 之一`,
      },
    });
  }
  const method = RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod];
  return pathsOf(controller).flatMap((prefix) =>
    pathsOf(handler).map((path) => ({ method, path: joined(prefix, path), handler: label, rule })),
  );
}

function pathsOf(target: object): string[] {
  const path = Reflect.getMetadata(PATH_METADATA, target) as string | string[] | undefined;
  return [path ?? ''].flat();
}

function joined(...parts: string[]): string {
  const segments = parts.flatMap((part) => part.split('/')).filter((segment) => segment !== '');
  return `/${segments.join('/')}`;
}
