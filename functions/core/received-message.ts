/** A message as an event source hands it over. `receiveCount` counts this time too. */
export type ReceivedMessage = {
  readonly body: string;
  readonly receipt: string;
  readonly receiveCount: number;
};
