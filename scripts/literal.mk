# SPDX-License-Identifier: GPL-2.0-or-later
#
# What is typed after "make", or is in the environment, is text: neither make nor a shell
# takes any of it for a command.  A recipe has it from the environment, as "$$NAME", or
# from the functions below; never as $(NAME).
#
# But for these, which are commands or their words by the custom of make.
commands := MAKE% -% SHELL .% AR CC CFLAGS CPPFLAGS CXX FUZZ_CC FUZZ_CFLAGS INSTALL LD \
	LDFLAGS PKG_CONFIG STRIP

# Names of those that were typed, and of all that were given.
TYPED := $(filter-out MAKE% -%,$(foreach name,$(.VARIABLES), \
	$(if $(filter command,$(firstword $(origin $(name)))),$(name))))
GIVEN := $(TYPED) $(foreach name,$(.VARIABLES), \
	$(if $(filter environment,$(firstword $(origin $(name)))),$(name)))

# A "$" in one of them is no more than that.
$(foreach name,$(filter-out $(commands),$(GIVEN)),$(if $(findstring $$,$(value $(name))), \
	$(eval override $(name) := $$(value $(name)))$(eval export $(name))))

define newline


endef

# $(call quote,TEXT): as one word of a shell.
quote = '$(subst $(newline), ,$(subst ','\'',$(1)))'

# $(call text,NAME), $(call each,NAME): the value of a variable as one word of a shell,
# and each of its words as one.
text = $(call quote,$($(1)))
each = $(foreach word,$($(1)),$(call quote,$(word)))

# $(call given,NAME): not empty, where it was.
given = $(filter $(1),$(GIVEN))
