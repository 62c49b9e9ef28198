// Reads what the server left for scripts; never writes.

/** The value of the cookie `name` in the text of document.cookie, or undefined. */
export const cookieIn = (cookies, name) =>
  cookies
    .split("; ")
    .map((part) => part.split("="))
    .find(([key]) => key === name)?.[1];

/** This door's present token against forged requests: it changes when somebody signs in again in another tab. */
export const token = (cookies = document.cookie, door = document.documentElement.dataset.door) =>
  cookieIn(cookies, `__Host-carehub_${door}_csrf`) ?? cookieIn(cookies, `carehub_${door}_csrf`);
