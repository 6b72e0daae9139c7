// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Text symbols, build id and code of a vmlinux, by libelf. Taking all from the file
 * that is booted leaves no room for a symbol table of another build.
 */
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sha256.h"
#include "symbols.h"

#define MAX_CODE_SECTIONS 64

static int by_address(const void *a, const void *b)
{
	const struct symbol *x = a, *y = b;

	if (x->addr != y->addr)
		return x->addr > y->addr ? 1 : -1;
	return strcmp(x->name, y->name);
}

static void read_notes(Elf_Data *data, struct symbols *s)
{
	size_t at = 0, name, desc;
	GElf_Nhdr note;

	while ((at = gelf_getnote(data, at, &note, &name, &desc))) {
		const unsigned char *id = (unsigned char *)data->d_buf + desc;

		if (note.n_type != NT_GNU_BUILD_ID || note.n_descsz > 64 ||
		    strcmp((char *)data->d_buf + name, "GNU"))
			continue;
		for (size_t i = 0; i < note.n_descsz; i++)
			sprintf(s->build_id + 2 * i, "%02x", id[i]);
	}
}

/* Is the symbol code? Data of assembler files has no type either. */
static bool is_text(Elf *elf, const GElf_Sym *sym)
{
	Elf_Scn *section;
	GElf_Shdr header;

	if (GELF_ST_TYPE(sym->st_info) != STT_FUNC &&
	    GELF_ST_TYPE(sym->st_info) != STT_NOTYPE)
		return false;
	if (sym->st_shndx == SHN_UNDEF || sym->st_shndx >= SHN_LORESERVE)
		return false;
	section = elf_getscn(elf, sym->st_shndx);
	return section && gelf_getshdr(section, &header) &&
	       header.sh_flags & SHF_EXECINSTR;
}

/* __irqentry_text_start and the like: where a section begins or ends. */
static bool is_mark(const char *name)
{
	size_t len = strlen(name);

	return !strncmp(name, "__", 2) && len > 8 &&
	       (!strcmp(name + len - 6, "_start") ||
		!strcmp(name + len - 4, "_end"));
}

/*
 * The first name in the alphabet stands for all of an address, but a mark that the
 * linker script has put there stands for none. A label inside of a function
 * (entry_SYSCALL_64_after_hwframe) is no function: a block that runs across it
 * would be counted as the one or the other, by where QEMU happens to begin it.
 */
static void drop_aliases(struct symbols *s)
{
	uint64_t end = 0;
	size_t used = 0;

	for (size_t i = 0; i < s->nr; i++) {
		const struct symbol v = s->v[i];

		if (used && s->v[used - 1].addr == v.addr) {
			if (is_mark(s->v[used - 1].name))
				s->v[used - 1] = v;
		} else if (v.size || v.addr >= end) {
			s->v[used++] = v;
		}
		if (v.addr + v.size > end)
			end = v.addr + v.size;
	}
	s->nr = used;
}

static int read_table(Elf *elf, Elf_Data *data, const GElf_Shdr *header,
		      struct symbols *s)
{
	size_t nr = header->sh_size / header->sh_entsize, room = 0, used = 0;

	s->v = calloc(nr, sizeof(*s->v));
	if (!s->v)
		return -ENOMEM;
	for (size_t i = 0; i < nr; i++) {
		const char *name;
		GElf_Sym sym;

		if (!gelf_getsym(data, (int)i, &sym) || !is_text(elf, &sym))
			continue;
		name = elf_strptr(elf, header->sh_link, sym.st_name);
		if (!name || !*name || *name == '.' || strlen(name) > 255)
			continue;
		s->v[s->nr++] =
			(struct symbol){ sym.st_value, sym.st_size, name };
		room += strlen(name) + 1;
	}
	/* The names belong to the file: keep them beyond it. */
	s->names = malloc(room ? room : 1);
	if (!s->names)
		return -ENOMEM;
	for (size_t i = 0; i < s->nr; i++) {
		strcpy(s->names + used, s->v[i].name);
		s->v[i].name = s->names + used;
		used += strlen(s->v[i].name) + 1;
	}
	qsort(s->v, s->nr, sizeof(*s->v), by_address);
	drop_aliases(s);
	return 0;
}

/* All sections of code, each with where it lies: equal only if the code is. */
static void add_code(Elf_Scn *section, const GElf_Shdr *header, uint8_t *sums,
		     size_t *nr)
{
	Elf_Data *data = elf_rawdata(section, NULL);
	uint64_t at[2] = { header->sh_addr, header->sh_size };

	if (!data || !data->d_buf || *nr == MAX_CODE_SECTIONS)
		return;
	sha256(at, sizeof(at), sums + *nr * 2 * SHA256_SIZE);
	sha256(data->d_buf, data->d_size, sums + (*nr * 2 + 1) * SHA256_SIZE);
	(*nr)++;
}

/**
 * symbols_read - read the symbols of an image
 * @vmlinux: file
 * @s: filled in; symbols_free() it, also after an error
 * @err: gets a message after an error
 * @size: of @err
 *
 * Return: 0 or -errno.
 */
int symbols_read(const char *vmlinux, struct symbols *s, char *err, size_t size)
{
	int fd = open(vmlinux, O_RDONLY | O_CLOEXEC), ret = 0;
	uint8_t sums[MAX_CODE_SECTIONS * 2 * SHA256_SIZE];
	uint8_t digest[SHA256_SIZE];
	Elf_Scn *section = NULL;
	size_t nr_code = 0;
	Elf *elf;

	memset(s, 0, sizeof(*s));
	if (fd < 0) {
		ret = -errno;
		snprintf(err, size, "%s: %s", vmlinux, strerror(errno));
		return ret;
	}
	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ, NULL);
	while (elf && (section = elf_nextscn(elf, section)) && !ret) {
		GElf_Shdr header;

		if (!gelf_getshdr(section, &header))
			continue;
		if (header.sh_flags & SHF_EXECINSTR)
			add_code(section, &header, sums, &nr_code);
		if (header.sh_type == SHT_NOTE)
			read_notes(elf_getdata(section, NULL), s);
		else if (header.sh_type == SHT_SYMTAB && header.sh_entsize)
			ret = read_table(elf, elf_getdata(section, NULL),
					 &header, s);
	}
	if (!ret && (!elf || !s->nr || !s->build_id[0])) {
		ret = -ENOEXEC;
		snprintf(err, size, "%s: %s", vmlinux,
			 !elf	  ? elf_errmsg(-1)
			 : !s->nr ? "has no symbols"
				  : "has no build id");
	}
	sha256(sums, nr_code * 2 * SHA256_SIZE, digest);
	for (size_t i = 0; i < SHA256_SIZE; i++)
		sprintf(s->code + 2 * i, "%02x", digest[i]);
	elf_end(elf);
	close(fd);
	return ret;
}

/** symbols_free - forget the symbols */
void symbols_free(struct symbols *s)
{
	free(s->v);
	free(s->names);
	memset(s, 0, sizeof(*s));
}
