// Moves an appointment of the day by mouse, finger or keyboard: the same rules and sentences as the form on the
// appointment's page. Without it that form remains.
import { Carried } from "./carried.js";
import { carryByKeyboard } from "./keyboard.js";
import { carryByPointer } from "./pointer.js";

const help = document.querySelector("[data-carehub-moving]");
const table = document.querySelector(".agenda");
if (help && table?.querySelector("[data-carehub-move]")) {
  help.hidden = false;
  const carried = new Carried(table, help.dataset, document.getElementById("moving-said"));
  carryByKeyboard(carried, carryByPointer(carried));
}
