"""What the things of the demo's shop are for: a declaration as a host would write it."""

from typing import Any

KINDS: dict[str, dict[str, Any]] = {
    "dog": {
        "label": "Dog",
        "labels": {"de": "Hund", "es": "Perro", "fr": "Chien", "ar": "كلب"},
        "relations": ["dependant", "other"],
        "unique": ["chip"],
        "schema": {
            "type": "object",
            "properties": {
                "name": {
                    "type": "string",
                    "title": "Your dog's name",
                    "maxLength": 40,
                    "x-translations": {
                        "de": {"title": "Name Ihres Hundes"},
                        "es": {"title": "Nombre de su perro"},
                        "fr": {"title": "Nom de votre chien"},
                        "ar": {"title": "اسم كلبك"},
                    },
                },
                "breed": {
                    "type": "string",
                    "title": "Breed, if you know it",
                    "maxLength": 60,
                    "x-translations": {
                        "de": {"title": "Rasse, wenn Sie sie kennen"},
                        "es": {"title": "Raza, si la sabe"},
                        "fr": {"title": "Race, si vous la connaissez"},
                        "ar": {"title": "السلالة إن كنت تعرفها"},
                    },
                },
                "sex": {
                    "type": "string",
                    "title": "Sex",
                    "enum": ["female", "male"],
                    "x-labels": {"female": "Female", "male": "Male"},
                    "x-translations": {
                        "de": {
                            "title": "Geschlecht",
                            "labels": {"female": "Hündin", "male": "Rüde"},
                        },
                        "es": {"title": "Sexo", "labels": {"female": "Hembra", "male": "Macho"}},
                        "fr": {"title": "Sexe", "labels": {"female": "Femelle", "male": "Mâle"}},
                        "ar": {"title": "الجنس", "labels": {"female": "أنثى", "male": "ذكر"}},
                    },
                },
                "chip": {
                    "type": "string",
                    "title": "Chip number",
                    "description": "15 digits, if it has a chip. No two dogs share one.",
                    "pattern": "^[0-9]{15}$",
                    "maxLength": 15,
                    "x-translations": {
                        "de": {
                            "title": "Chipnummer",
                            "description": "15 Ziffern, wenn er gechippt ist. Jede gibt es einmal.",
                        },
                        "es": {
                            "title": "Número de chip",
                            "description": "15 cifras, si lleva chip. No hay dos iguales.",
                        },
                        "fr": {
                            "title": "Numéro de puce",
                            "description": "15 chiffres, s'il est pucé. Chaque numéro est unique.",
                        },
                        "ar": {
                            "title": "رقم الشريحة",
                            "description": "15 رقمًا إن كانت له شريحة، ولا يتكرر الرقم.",
                        },
                    },
                },
            },
            "required": ["name"],
            "x-order": ["name", "breed", "sex", "chip"],
        },
    }
}
