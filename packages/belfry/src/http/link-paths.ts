/** Where the links in messages lead, before their token: short, since an SMS is. */
export const ACKNOWLEDGE_PATH = "/a";

/** Where calendars are read, before what makes each address unguessable. */
export const CALENDAR_PATH = "/calendar";
export const CALENDAR_ENDING = ".ics";

/** The address of a calendar on its server. */
export function calendarPath(token: string): string {
  return `${CALENDAR_PATH}/${token}${CALENDAR_ENDING}`;
}
