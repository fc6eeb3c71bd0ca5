/** Questions of a file for `npm start -- --tickets`: forty usual days, and an incident in the hours before now. */

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const DAYS = 40;
const INCIDENT_TICKETS = 30;
const INCIDENT_HOURS = 3;

/** What people usually write about, one row a topic. */
const TOPICS: readonly (readonly string[])[] = [
  [
    'The PDF export of the monthly report is empty',
    'Exporting my report to PDF gives an empty file',
    'Empty PDF after I export the report',
  ],
  [
    'Calendar events are shown one hour too late',
    'The calendar shows my events an hour off',
    'Events in the calendar have the wrong hour',
  ],
  [
    'How do I change the address on my invoice',
    'Wrong company address printed on the invoice',
    'The invoice has our old address on it',
  ],
  [
    'Dark mode makes the sidebar text unreadable',
    'I cannot read the sidebar in dark mode',
    'Sidebar text too dark when dark mode is on',
  ],
  [
    'Uploading photos from my phone stops halfway',
    'Photo upload on the phone never finishes',
    'My phone stops uploading photos',
  ],
];

const INCIDENT: readonly (readonly [text: string, locale: string])[] = [
  ['I cannot sign in, my password is refused since this morning', 'en-US'],
  ['Sign in fails: password is refused although it is right', 'en-US'],
  ['Password refused at sign in, nobody of us gets in', 'en-US'],
  ['Ich kann mich nicht anmelden, mein Passwort wird abgelehnt, password refused', 'de'],
  ['Anmelden geht nicht: das Passwort wird abgelehnt (password refused)', 'de'],
  ['No puedo iniciar sesión, la contraseña es rechazada: password refused', 'es'],
];

/** Rows in the form of the files of questions, the oldest first; the last is of the running hour. */
export function incidentRows(nowMs: number): object[] {
  const rows: object[] = [];
  const add = (at: number, text: string, locale = 'en-US') => {
    const time = new Date(at).toISOString();
    const id = rows.length + 1;
    rows.push({
      id,
      created_at: time,
      updated_at: time,
      subject: text,
      description_html: `<p>${text}. Case ${id}.</p>`,
      tags: [],
      locale,
      requester: `u_${id.toString(16).padStart(8, '0')}`,
    });
  };
  const usual: number[] = [];
  for (let day = DAYS; day > 0; day -= 1) {
    for (let hour = 0; hour < 24; hour += 2) usual.push(nowMs - day * DAY + hour * HOUR);
  }
  const end = Math.floor(nowMs / HOUR) * HOUR;
  usual.forEach((at, index) => {
    const topic = TOPICS[index % TOPICS.length] ?? [];
    if (at < end - INCIDENT_HOURS * HOUR) add(at, topic[(index * 7) % topic.length] ?? '');
  });
  for (let index = 0; index < INCIDENT_TICKETS; index += 1) {
    const [text, locale] = INCIDENT[index % INCIDENT.length] ?? ['', ''];
    add(end - INCIDENT_HOURS * HOUR + (index * INCIDENT_HOURS * HOUR) / INCIDENT_TICKETS, text, locale);
  }
  add(end, 'The calendar shows my events an hour off');
  return rows;
}
