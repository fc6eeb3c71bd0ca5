import { type PiiSpan, withoutOverlaps } from './pii-span.ts';

/** A private key up to its end; without one, as long as lines of Base64 follow. */
const PRIVATE_KEY =
  /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,20}-----(?:(?:(?!-----)[\s\S])*-----END [A-Z0-9 ]{0,60}-----|(?:\s{0,4}[A-Za-z0-9+/=]{16,})*)/g;

/** Tokens that can be known by their form. A run of their characters is read once. */
const TOKEN = new RegExp(
  `(?<![A-Za-z0-9_-])(?:${[
    String.raw`eyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*)*`,
    String.raw`sk-(?:(?=[A-Za-z-]*[\d_])[\w-]{10,}|[\w-]{20,})`,
    'sk-ant-[\\w-]{6,}',
    '(?:sk|pk|rk|whsec)_(?:live_|test_)?[A-Za-z0-9]{12,}',
    'gh[a-z]_[A-Za-z0-9]{10,}',
    'github_pat_\\w{16,}',
    'gl[a-z]{2,5}-[\\w-]{16,}',
    '(?:AKIA|ASIA|AROA|AIDA|AGPA|ANPA)[A-Z0-9]{12,}',
    'xox[a-z]-[A-Za-z0-9-]{8,}',
    'xapp-[A-Za-z0-9-]{8,}',
    'AIza[\\w-]{30,}',
    'ya29\\.[\\w-]{16,}',
    'npm_[A-Za-z0-9]{24,}',
    'pypi-[\\w-]{24,}',
    'hf_[A-Za-z0-9]{20,}',
    'SG\\.[\\w-]{16,}\\.[\\w-]{16,}',
    'dop_v1_[a-f0-9]{24,}',
    'shp(?:at|ca|pa|ss)_[a-fA-F0-9]{24,}',
  ].join('|')})`,
  'g',
);

/** Behind the name of a scheme stands a token if it has a digit, padding, or both letter cases; else a word. */
const SCHEME =
  /(?<![A-Za-z])((?:[Bb]earer|BEARER|[Bb]asic|[Dd]igest|[Tt]oken)[^\S\n]{1,3})(?=[\w.~+/-]*(?:\d|[a-z][A-Z]|=|[\w.~+/-]{20}))([\w.~+/-]{8,}={0,2})/g;

/** Words that name a secret, in the languages in which people tell us theirs. */
const NAMES = `(?:pass[_ -]?word|(?<!\\p{L})(?:pw|pass)(?!\\p{L})|passwd|pass[_ -]?phrase|passwort|kennwort|pwd|contraseña|contrasena|clave|mot[ _]de[ _]passe|senha|palavra-passe|parola d'ordine|parola|wachtwoord|şifre(?:m|niz)?|lösenord|adgangskode|passord|salasana|heslo|hasło|jelszó|пароль|密码|密碼|パスワード|비밀번호|(?:client|app|shared|webhook)?[_ -]?secret(?:[_ -]?(?:access[_ -]?)?key)?|(?:api|access|auth|private|secret|account|license|encryption|signing)[_ -]?key|(?:access|auth|refresh|id|session|bearer|api|csrf|bot)?[_ -]?token|apikey|credentials?|connection[_ -]?string|2fa[_ -]?code|otp|pin[_ -]?code)`;
/** Behind `=` stands a value. Behind a colon or a verb one, if no word of prose. */
const ASSIGNED = new RegExp(
  String.raw`((?:${NAMES}|sess(?:ion)?(?:[_-]?id)?)["']?[^\S\n]{0,3}(?:=>?|:=)[^\S\n]{0,3}["']?)([^\s"'<>,;&\uE0F2]{3,})`,
  'giu',
);
const TOLD = new RegExp(
  String.raw`(${NAMES}["']?[^\S\n]{0,3}(?:(?:\b(?:is|ist|est|es)[^\S\n]{0,2})?[:：]|\b(?:is|was|ist|lautet|est|es|è|é|jest|är|er)\b)[^\S\n]{0,3}["'“«]?)([^\s"'<>,;”»\uE0F2]{4,})`,
  'giu',
);

/** A call in a program is no secret. */
const CALL = /^[\w.]{1,80}\(/;

/** Private keys and tokens that can be known by their form. */
export function tokenSpans(text: string): PiiSpan[] {
  const keys = [...text.matchAll(PRIVATE_KEY)].map((match) => spanOf(match));
  const tokens = [...text.matchAll(TOKEN)].map((match) => spanOf(match));
  return withoutOverlaps([...keys, ...tokens]);
}

/** Values that are named as secrets: `password=…`, `api_key: …`, `Bearer …`. The name stays. */
export function namedSecretSpans(text: string): PiiSpan[] {
  const spans = [SCHEME, ASSIGNED].flatMap((pattern) =>
    [...text.matchAll(pattern)]
      .filter(({ 2: value = '' }) => !CALL.test(value))
      .map((match) => spanOf(match)),
  );
  const told = [...text.matchAll(TOLD)].filter((match) => isValue(match, text)).map((match) => spanOf(match));
  return withoutOverlaps([...spans, ...told]);
}

/** Whether what follows a name is a value: quoted, no word, or the last thing on its line behind a colon. */
function isValue({ 0: match, 1: name = '', 2: value = '', index }: RegExpExecArray, text: string): boolean {
  if (CALL.test(value)) return false;
  if (/["'“«]$/.test(name)) return true;
  const core = value.replace(/[.)\]]+$/, '');
  if (/[\d_@#$%^&*+=~]/.test(core) || /\p{Ll}\p{Lu}/u.test(core)) return core.length >= 4;
  const end = index + match.length;
  return /[:：]/.test(name) && core.length >= 6 && /^[^\S\n]{0,5}(?:\n|$)/.test(text.slice(end, end + 6));
}

/** What the second group has matched, or all. */
function spanOf({ 0: match, 1: name = '', 2: value, index }: RegExpExecArray): PiiSpan {
  const start = value === undefined ? index : index + name.length;
  const key = (value ?? match).replace(/[.)\]]+$/, '');
  return { kind: 'token', start, end: start + key.length, key };
}
