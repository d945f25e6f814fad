import { type Bilingual } from '@app/kernel';

/** Chinese for class-validator's rules; `n` is the limit its English message names, `list` the values it lists. */
const CHINESE: Readonly<Record<string, (n: string, list: string) => string>> = {
  arrayMaxSize: (n) => `最多 ${n} 项`,
  arrayMinSize: (n) => `至少 ${n} 项`,
  arrayNotEmpty: () => '不能为空',
  arrayUnique: () => '不能有重复项',
  isArray: () => '必须是数组',
  isBoolean: () => '必须是布尔值',
  isDateString: () => '必须是 ISO 8601 日期',
  isDefined: () => '必填',
  isEmail: () => '必须是邮箱地址',
  isEnum: (_n, list) => `必须是下列值之一：${list}`,
  isIn: (_n, list) => `必须是下列值之一：${list}`,
  isInt: () => '必须是整数',
  isNotEmpty: () => '不能为空',
  isNumber: () => '必须是数字',
  isObject: () => '必须是对象',
  isString: () => '必须是字符串',
  isUrl: () => '必须是网址',
  isUuid: () => '必须是 UUID',
  matches: () => '格式不正确',
  max: (n) => `不能大于 ${n}`,
  maxLength: (n) => `最多 ${n} 个字符`,
  min: (n) => `不能小于 ${n}`,
  minLength: (n) => `至少 ${n} 个字符`,
  nestedValidation: () => '必须是对象或对象数组',
  whitelistValidation: () => '未知字段',
};

const ENGLISH: Readonly<Record<string, string>> = {
  whitelistValidation: 'unknown field',
  matches: 'does not have the right form',
};

/**
 * What to tell a person about a broken rule. A DTO may bring both languages itself: `message: 'English|中文'`.
 * @param message class-validator's own English sentence, or the DTO's
 */
export function ruleText(rule: string, message: string, property: string): Bilingual {
  const [given, chinese] = message.split('|');
  if (given !== undefined && chinese !== undefined) return { en: given, zh: chinese };
  // Without the name in front: the field stands beside the text.
  const sentence = message.startsWith(`${property} `) ? message.slice(property.length + 1) : message;
  const isOwnWords = rule === 'matches' && !message.includes('regular expression');
  const en = isOwnWords ? sentence : (ENGLISH[rule] ?? sentence);
  const limit = /-?\d+/.exec(sentence)?.[0] ?? '';
  const list = sentence.split('following values: ')[1] ?? '';
  return { en, zh: CHINESE[rule]?.(limit, list) ?? en };
}
