"""One neutral sentence in twelve languages, for slips and blank forms. All stand on each paper.

So nobody's language has to be known or kept. Nothing of care is said: that one is expected, and that one asks.
"""

from __future__ import annotations

from dataclasses import dataclass

# As many stand on a page, with twelve lines each that can still be read.
SLIPS_A_PAGE = 4


@dataclass(frozen=True)
class Said:
    """A sentence in one language: its code, and in which direction it is written."""

    code: str
    words: str
    direction: str = "ltr"


SLIP = (
    Said("fr", "On vous attend à l’unité sanitaire à l’heure indiquée."),
    Said("en", "You are expected at the health unit at the time shown."),
    Said("ar", "ننتظرك في الوحدة الصحية في الساعة المبيّنة.", "rtl"),
    Said("es", "Le esperan en la unidad sanitaria a la hora indicada."),
    Said("pt", "É esperada a sua presença na unidade de saúde à hora indicada."),
    Said("it", "È atteso/a presso l’unità sanitaria all’ora indicata."),
    Said("ro", "Sunteți așteptat(ă) la unitatea sanitară la ora indicată."),
    Said("sq", "Ju presin në njësinë shëndetësore në orën e shënuar."),
    Said("tr", "Belirtilen saatte sağlık biriminde bekleniyorsunuz."),
    Said("ru", "Вас ждут в медицинской части в указанное время."),
    Said("ka", "მითითებულ დროს გელოდებიან სამედიცინო ნაწილში."),
    Said("zh", "请在所示时间到医务室。"),
)
FORM = (
    Said("fr", "Je souhaite un rendez-vous à l’unité sanitaire."),
    Said("en", "I would like an appointment at the health unit."),
    Said("ar", "أرغب في موعد في الوحدة الصحية.", "rtl"),
    Said("es", "Deseo una cita en la unidad sanitaria."),
    Said("pt", "Desejo uma marcação na unidade de saúde."),
    Said("it", "Desidero un appuntamento presso l’unità sanitaria."),
    Said("ro", "Doresc o programare la unitatea sanitară."),
    Said("sq", "Dëshiroj një takim në njësinë shëndetësore."),
    Said("tr", "Sağlık biriminden randevu istiyorum."),
    Said("ru", "Прошу записать меня на приём в медицинскую часть."),
    Said("ka", "მსურს ვიზიტის დანიშვნა სამედიცინო ნაწილში."),
    Said("zh", "我想预约医务室。"),
)
