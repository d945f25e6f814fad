import { applyDecorators, type Type as Class } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsEmail,
  IsInt,
  IsISO8601,
  IsNotEmpty,
  IsObject,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateIf,
  ValidateNested,
} from 'class-validator';

/** Other text is refused here: SQL compares ids as ASCII and fails on anything else. */
const OPAQUE_ID = /^[a-z]{3}_[0-9a-z]{1,28}$/;

/** Other forms of ISO 8601 mean a local time here, or nothing. */
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;

const trimmed = ({ value }: { value: unknown }): unknown => (typeof value === 'string' ? value.trim() : value);

/** May be left out; `null` is a value and must pass the rules. */
export function Optional(): PropertyDecorator {
  return ValidateIf((_object, value) => value !== undefined);
}

/** Text a person typed: trimmed, not empty, at most `max` characters. */
export function Text(max: number): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ type: String, minLength: 1, maxLength: max }),
    Transform(trimmed),
    MaxLength(max),
    IsNotEmpty(),
    IsString(),
  );
}

export function Email(): PropertyDecorator {
  return applyDecorators(ApiProperty({ type: String, format: 'email' }), Transform(trimmed), MaxLength(254), IsEmail());
}

/** A whole number of a query string. */
export function WholeNumber(min: number, max: number): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ type: 'integer', minimum: min, maximum: max, required: false }),
    Type(() => Number),
    Max(max),
    Min(min),
    IsInt(),
  );
}

/** An opaque id such as `mer_…`. Whether it exists is for the service to say. */
export function OpaqueId(prefix: string): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ type: String, example: `${prefix}_01jd3v6s0c9k2m4n6p8q0r2t4v` }),
    Matches(OPAQUE_ID),
  );
}

/** A moment with its time zone. */
export function Instant(): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ type: String, format: 'date-time', example: '2027-01-31T00:00:00Z' }),
    IsISO8601({ strict: true }),
    Matches(INSTANT),
  );
}

/** Taken as it is: spaces count. */
export function Password(min: number, max: number): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ type: String, format: 'password', writeOnly: true, minLength: min, maxLength: max }),
    MaxLength(max),
    MinLength(min),
    IsString(),
  );
}

/** A list of opaque ids. */
export function OpaqueIds(prefix: string, max: number): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ type: [String], minItems: 1, maxItems: max, example: [`${prefix}_01jd3v6s0c9k2m4n6p8q0r2t4v`] }),
    Matches(OPAQUE_ID, { each: true }),
    ArrayMaxSize(max),
    ArrayMinSize(1),
    IsArray(),
  );
}

/** A list of objects of one DTO. */
export function ListOf(dto: () => Class, min: number, max: number): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ type: () => [dto()], minItems: min, maxItems: max }),
    Type(dto),
    ValidateNested({ each: true }),
    // Validation would take an array for an object and find nothing wrong in it.
    IsObject({ each: true }),
    ArrayMaxSize(max),
    ArrayMinSize(min),
    IsArray(),
  );
}
