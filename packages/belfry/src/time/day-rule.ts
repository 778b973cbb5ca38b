/** A day with what a rule may ask about it. */
export interface DayInMonth {
  number: number;
  day: number;
  monthLength: number;
  year: number;
  month: number;
}

/** Which days a rule allows; it may look at the calendar of the day's year and of the years beside it only. */
export interface DayRule {
  /** No part restricts the day. */
  readonly everyDay: boolean;
  /** False for months that are ruled out altogether. */
  allowsMonth(month: number): boolean;
  allows(date: DayInMonth): boolean;
}
