import { describe, expect, it } from 'vitest';
import { languageOf } from '#local/claude/analyser/language.ts';

describe('languageOf', () => {
  it.each([
    ['en', 'The export does not work since the last update.'],
    ['de', 'Der Export funktioniert seit dem letzten Update nicht mehr.'],
    ['fr', "L'export ne fonctionne plus depuis la dernière mise à jour."],
    ['es', 'La exportación no funciona desde la última actualización.'],
    ['pt', 'A exportação não funciona desde a última atualização.'],
    ['it', "L'esportazione non funziona più dopo l'ultimo aggiornamento."],
    ['nl', 'De export werkt niet meer sinds de laatste update.'],
    ['tr', 'Son güncellemeden beri dışa aktarma çalışmıyor.'],
    ['cs', 'Export nefunguje od poslední aktualizace, prosím o pomoc.'],
    ['pl', 'Eksport nie działa od ostatniej aktualizacji, proszę o pomoc.'],
    ['hu', 'Az exportálás nem működik a legutóbbi frissítés óta.'],
    ['fi', 'Vienti ei ole toiminut viimeisimmän päivityksen jälkeen.'],
    ['sv', 'Exporten fungerar inte efter den senaste uppdateringen.'],
    ['ru', 'Экспорт не работает после последнего обновления.'],
    ['uk', 'Експорт не працює після останнього оновлення, її немає.'],
    ['el', 'Η εξαγωγή δεν λειτουργεί.'],
    ['ja', '最新の更新後、エクスポートが動作しません。Firefox 120'],
    ['zh', '更新之后导出功能无法使用。'],
    ['ko', '업데이트 이후 내보내기가 작동하지 않습니다.'],
    ['ar', 'التصدير لا يعمل بعد التحديث الأخير.'],
    ['fa', 'خروجی گرفتن بعد از به‌روزرسانی کار نمی‌کند، چرا؟ پ'],
    ['hi', 'अपडेट के बाद निर्यात काम नहीं कर रहा है।'],
    ['und', '12345 !!! 😀'],
  ])('%s', (language, text) => {
    expect(languageOf(text)).toBe(language);
  });
});
