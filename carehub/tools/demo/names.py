"""Invented names: French ones and others plausible in a French prison, so that sorting, search and print meet them all.

Accents, particles, hyphens, apostrophes; a short list on purpose, because homonyms are common (domain.md, part 7).
"""

from __future__ import annotations

LAST_NAMES = (
    "Martin Bernard Thomas Petit Robert Richard Durand Dubois Moreau Laurent Simon Michel Lefebvre Leroy Roux "
    "David Bertrand Morel Fournier Girard Bonnet Dupont Lambert Fontaine Rousseau Vincent Muller Lefèvre Faure "
    "André Mercier Blanc Guérin Boyer Garnier Chevalier François Legrand Gauthier García Perrin Robin Clément "
    "Morin Nicolas Henry Roussel Mathieu Gautier Masson Marchand Duval Denis Dumont Marie Lemaire Noël Meyer "
    "Dufour Meunier Brun Blanchard Giraud Joly Rivière Lucas Brunet Gaillard Barbier Arnaud Martínez Gérard "
    "Benali Haddad Benamar Bouzid Cherif Khelifi Mansouri Ziani Amrani Bennani Saïdi Belkacem Hamdi Toumi "
    "Traoré Diallo Diarra Koné Coulibaly Keïta Camara Sow Bâ Cissé Sissoko Touré Diop Fofana Konaté Sylla "
    "Popescu Ionescu Dumitru Radu Stan Kowalski Nowak Petrov Ivanov Demir Yılmaz Kaya Çelik Özdemir Şahin "
    "Nguyen Tran Pham Wang Chen Singh Rodrigues Ferreira Gonçalves da_Silva dos_Santos Fernandes Müller Schäfer "
    "Le_Goff Le_Gall de_La_Tour de_Oliveira d’Almeida O’Brien N’Diaye M’Barek El_Khoury El_Amrani Ben_Salah "
    "Aït_Ahmed Martin-Dubois Lopez-Garcia Saint-Martin Jean-Baptiste Hoareau Payet Grondin Toussaint Zéphir"
)

FIRST_NAMES = (
    "Paul Nicolas Karim Mohamed David Kévin Julien Mehdi Thomas Anthony Sofiane Alexandre Yassine Jérémy Lucas "
    "Maxime Rachid Christophe Samir Ibrahim Mamadou Bilal Loïc Romain Sébastien Benoît Frédéric Stéphane Éric "
    "Gaëtan Théo Hugo Enzo Nathan Abdelkader Youssef Amine Hakim Farid Omar Ousmane Moussa Sékou Cheikh Idrissa "
    "Jean-Pierre Jean-Marc Jean-Luc Pierre-Yves Marie-Joseph Ionel Florin Andrei Piotr Sergueï Emre Mustafa "
    "José João Miguel Luís Dylan Jordan Steven Brandon Grégory Cédric Ludovic Raphaël Noé Zacharie Ismaël "
    "François Michel Gérard Roger Bernard Patrick Alain Philippe Olivier Fabrice Didier Pascal Yves Hervé"
)

# A prison's software writes Windows-1252, which has no letter for these: the export spells them so.
RESPELLED = str.maketrans({"ı": "i", "Ş": "S"})


def last_names() -> list[str]:
    """Return the last names; the first are the commonest."""
    return [name.replace("_", " ").translate(RESPELLED) for name in LAST_NAMES.split()]


def first_names() -> list[str]:
    """Return the first names; the first are the commonest."""
    return FIRST_NAMES.split()
