/**
 * The words that generated skills are made of, written for this simulator. Several scripts on
 * purpose: a byte is not a character, and right-to-left text and emoji must survive a sync.
 */

export const VERBS = (
  'reads writes checks sorts merges splits counts renames converts fetches stores compares groups filters ' +
  'exports imports watches explains ranks archives signs validates repairs indexes translates measures plans ' +
  'schedules publishes restores rotates samples tags traces updates warns'
).split(' ');

/** What skills work on. */
export const NOUNS = (
  'file folder record page token account branch channel column commit cursor customer device draft event ' +
  'feed field header index job key label ledger line list log mailbox message model note object order parser ' +
  'path pipeline plan price profile project prompt query queue range recipe region report request response ' +
  'result row rule sample schema script secret sensor session setting shelf sheet snapshot source stage store ' +
  'stream summary table target task template thread ticket timeline topic trace user value vendor version view ' +
  'warning webhook window workbook worker zone'
).split(' ');

/** How they do it. */
export const ADJECTIVES = (
  'quiet broken daily empty exact fast final fresh global hidden hourly large late local long missing monthly ' +
  'narrow nested new next old open optional partial plain private public rare raw recent remote safe shared ' +
  'short signed simple single slow small stable strict sudden typed unsafe urgent valid weekly wide'
).split(' ');

/** Words that link others in a description. */
export const LINKS =
  'and or with without before after from into under over per for of when until unless'.split(' ');

/** Ready phrases in other scripts: each list is one language, picked as a whole for a skill. */
export const FOREIGN_PHRASES = {
  french: [
    'é à vérifier',
    'données brutes',
    'où déposer le fichier',
    'très léger',
    'clé privée',
    'façon sûre',
  ],
  spanish: ['año fiscal', 'cambio rápido', 'señal pequeña', '¿qué archivo?', 'sesión única', 'número válido'],
  german: [
    'prüft jede Größe',
    'täglich früh',
    'Schlüssel übernehmen',
    'für Gäste',
    'außer Straße',
    'löschen',
  ],
  polish: ['źródło danych', 'sprawdź błąd', 'ścieżka do pliku', 'żądanie', 'użytkownik', 'część wyników'],
  chinese: [
    '读取表格',
    '每日汇总',
    '检查文件',
    '自动回复邮件',
    '导出报告',
    '数据库备份',
    '按时间排序',
    '翻译文本',
  ],
  japanese: ['ファイルを確認', '毎朝の要約', 'データを並べ替え', '予定を追加', 'エラーを通知', '翻訳する'],
  korean: ['파일을 읽고', '매일 요약', '오류를 알림', '표를 정리', '일정을 추가', '번역'],
  arabic: ['قراءة الملف', 'تقرير يومي', 'فحص البيانات', 'ترجمة النص', 'حفظ النتائج'],
  hebrew: ['קריאת קובץ', 'דוח יומי', 'בדיקת נתונים', 'תרגום טקסט', 'שמירת תוצאות'],
} as const;

/** A language that a skill can be written in besides English. */
export type ForeignLanguage = keyof typeof FOREIGN_PHRASES;

/** Includes a joined family and a flag: more than one code point, still one sign. */
export const EMOJI = ['🚀', '✅', '⚠️', '📦', '🧭', '🔑', '🗂️', '👩‍💻', '👨‍👩‍👧', '🇪🇺', '🌙', '🧪'];

/** Python packages that skills name. */
export const PYTHON_PACKAGES = (
  'requests httpx pandas numpy pydantic rich typer click lxml pillow boto3 openpyxl jinja2 sqlalchemy tqdm ' +
  'aiohttp beautifulsoup4 pyyaml python-dateutil cryptography'
).split(' ');

/** npm packages that skills name. */
export const NPM_PACKAGES = (
  'axios zod undici commander chalk execa got cheerio dayjs lodash-es sharp playwright pino fastify p-limit ' +
  '@types/node @octokit/rest @aws-sdk/client-s3 yaml marked'
).split(' ');

/** Names of authors. */
export const AUTHORS =
  'mira okan juno-labs théo.b 田中 anya_k delta9 northwind-tools sam.o lighthouse-ai óscar wen-li pixelforge r2'.split(
    ' ',
  );
