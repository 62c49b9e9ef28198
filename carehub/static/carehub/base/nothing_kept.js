// Runs before htmx, which notes the address of each page in sessionStorage, a searched name included.
// Closed to every script of the page, the storage stays empty; htmx does without it.
for (const storage of ["localStorage", "sessionStorage"]) {
  Object.defineProperty(window, storage, {
    get() {
      throw new DOMException("These pages keep nothing in the browser.", "SecurityError");
    },
  });
}
