import { ValidationPipe, type ValidationError } from '@nestjs/common';
import { AppError, type Bilingual } from '@app/kernel';
import { ruleText } from './rule-texts';

/** One field that breaks one rule. */
export interface FieldFault {
  /** Path such as `memberships[0].role`. */
  readonly field: string;
  readonly rule: string;
  readonly text: Bilingual;
}

export class ValidationFailed extends AppError {
  constructor(readonly faults: readonly FieldFault[]) {
    super('invalid', 'validation_failed');
  }
}

/** Rules about the kind of value, the most telling first: the others mean nothing while one of these is broken. */
const BASIC = ['isDefined', 'isArray', 'isBoolean', 'isInt', 'isNumber', 'isObject', 'isString', 'isNotEmpty'];

/** The pipe in front of every handler: unknown fields are refused, known ones become their DTO. */
export function validationPipe(): ValidationPipe {
  return new ValidationPipe({
    whitelist: true,
    forbidNonWhitelisted: true,
    transform: true,
    validationError: { target: false, value: false },
    exceptionFactory: (errors) => new ValidationFailed(errors.flatMap((error) => faultsOf(error, ''))),
  });
}

/** Fields that validation would never see. */
export function unknownFields(paths: readonly string[]): ValidationFailed {
  return new ValidationFailed(paths.map((path) => faultOf(path, path, 'whitelistValidation', 'unknown field')));
}

function faultsOf(error: ValidationError, parent: string): FieldFault[] {
  const isIndex = /^\d+$/.test(error.property);
  const field = isIndex
    ? `${parent}[${error.property}]`
    : parent === ''
      ? error.property
      : `${parent}.${error.property}`;
  const broken = error.constraints ?? {};
  // One fault per field: who sends no text at all need not read how long it may be.
  const rule = BASIC.find((basic) => basic in broken) ?? Object.keys(broken)[0];
  const own = rule === undefined ? [] : [faultOf(field, error.property, rule, broken[rule] ?? rule)];
  return own.length > 0 ? own : (error.children ?? []).flatMap((child) => faultsOf(child, field));
}

function faultOf(field: string, property: string, rule: string, message: string): FieldFault {
  return {
    field,
    rule: rule === 'whitelistValidation' ? 'unknownField' : rule,
    text: ruleText(rule, message, property),
  };
}
