/**
 * Where an id that was merged away leads, over as many steps as it takes; undefined where it leads nowhere. Ids that
 * lead to one another in a circle lead to the last of it.
 *
 * @param next where one id leads in one step
 */
export async function followMoves(
  id: string,
  next: (id: string) => Promise<string | undefined>,
): Promise<string | undefined> {
  const passed = new Set([id]);
  let end: string | undefined;
  for (let at = await next(id); at !== undefined && !passed.has(at); at = await next(at)) {
    passed.add(at);
    end = at;
  }
  return end;
}
