/* Dates and times: a number of days that shows as a date (surveys/expressions/moments.py). */

export const DAY = 86400000;
const MOMENT = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d)(?::(\d\d)(?::(\d\d)(?:\.(\d+))?)?)?(Z|[+-]\d\d:\d\d)?)?$/;
const TIME = /^\d\d:\d\d(:\d\d)?(\.\d+)?(Z|[+-]\d\d:\d\d)?$/;

/* Days since 1970-01-01T00:00Z, with the text and the truth that ODK gives to a date. */
export class Moment extends Number {
  constructor(days, text, truth) {
    super(days);
    this.text = text;
    this.truth = truth;
  }
}

export const invalidMoment = () => new Moment(NaN, "Invalid Date", false);

/* A place on earth: how far its clocks are from UTC, in milliseconds, at an instant. */
export class Zone {
  constructor(name) {
    this.clock = new Intl.DateTimeFormat("en-US", {
      timeZone: name, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric",
      hour: "numeric", minute: "numeric", second: "numeric",
    });
    this.known = new Map();
  }

  offset(instant) {
    let offset = this.known.get(instant);
    if (offset === undefined) {
      const [month, day, year, hour, minute, second] = this.clock.format(instant).match(/\d+/g);
      const whole = Math.floor(instant / 1000) * 1000;
      offset = utc(year, month, day, hour % 24, minute, second, 0) - whole;
      this.known.set(instant, offset);
    }
    return offset;
  }

  /* The instant when clocks show `local`: the first one if they show it twice, moved on if they skip it. */
  instant(local) {
    const before = this.offset(local - DAY);
    const after = this.offset(local + DAY);
    const late = local - after;
    return before !== after && this.offset(local - before) !== before && this.offset(late) === after
      ? late
      : local - before;
  }
}

function utc(year, month, day, hour, minute, second, thousandths) {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.setUTCHours(hour, minute, second, thousandths);
}

/* { instant, local, finer }: milliseconds since the epoch, the same as local clocks show them, and whether less than a
 * millisecond was written behind; null when the text writes no day or hour of the years 1 to 9999. */
export function readInstant(text, zone) {
  const found = MOMENT.exec(text);
  if (!found) return null;
  const [, year, month, day, hour = 0, minute = 0, second = 0, fraction = "", offset] = found;
  const digits = fraction.padEnd(6, "0");
  const local = utc(year, month, day, hour, minute, second, digits.slice(0, 3));
  // a date that does not exist would have been moved to another one
  if (
    hour > 23 || minute > 59 || second > 59 || year < 1 ||
    new Date(local).getUTCDate() !== +day || new Date(local).getUTCMonth() !== month - 1
  ) return null;
  let instant = local;
  if (!offset) {
    instant = zone.instant(local);
  } else if (offset !== "Z") {
    const [hours, minutes] = offset.slice(1).split(":");
    if (hours > 14 || minutes > 59) return null;
    instant -= (offset[0] === "-" ? -60000 : 60000) * (hours * 60 + +minutes);
  }
  return inCalendar({ instant, finer: digits.slice(3, 6) > 0 }, zone);
}

function inCalendar(when, zone) {
  when.local = when.instant + zone.offset(when.instant);
  return [when.instant, when.local].every((each) => each >= -62135596800000 && each < 253402300800000) ? when : null;
}

export function momentAt(when, zone) {
  const days = when.instant / DAY;
  return new Moment(days, show(when), days !== 0);
}

export function momentOfDays(days, zone) {
  const instant = Math.floor(days * DAY + 0.5);
  const when = Math.abs(instant) < 1e15 ? inCalendar({ instant }, zone) : null;
  return when ? momentAt(when, zone) : invalidMoment();
}

export function readMoment(text, zone) {
  const when = readInstant(text, zone);
  return when && momentAt(when, zone);
}

/* Also 2018-1-9. */
export function readUnpaddedMoment(text, zone) {
  const found = /^(\d{4})-(\d{1,2})-(\d{1,2})(T[^]*)?$/.exec(text);
  if (found) text = `${found[1]}-${found[2].padStart(2, "0")}-${found[3].padStart(2, "0")}${found[4] || ""}`;
  return readMoment(text, zone);
}

/* The part of the day in [0, 1) that a time writes, as local clocks show it; NaN if none. */
export function timeOfDay(text, zone) {
  const when = TIME.test(text) ? readInstant(`1970-01-01T${text}`, zone) : null;
  return when ? (((when.local % DAY) + DAY) % DAY) / DAY : NaN;
}

/* Midnight of the day that local clocks show at an instant. */
export const midnight = (when, zone) => readMoment(new Date(when.local).toISOString().slice(0, 10), zone);

/* ISO 8601 with milliseconds and offset, or the date alone at midnight. */
function show(when) {
  const text = new Date(when.local).toISOString().slice(0, 23);
  if (when.local % DAY === 0 && !when.finer) return text.slice(0, 10);
  const minutes = Math.floor(Math.abs(when.local - when.instant) / 60000);
  const two = (number) => `${number}`.padStart(2, "0");
  return `${text}${when.local < when.instant ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
