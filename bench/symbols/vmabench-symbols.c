// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Usage: vmabench-symbols [--functions] VMLINUX
 *
 * Prints what a kernel image says about itself, for vmabench, which is static and
 * does without libelf:
 *
 *	build_id HEX
 *	code HEX
 *	ADDRESS t NAME
 *	...
 *
 * With --functions it prints what each function does, wherever it lies, as a hash; of
 * x86-64, whose instructions it knows, and of other machines nothing:
 *
 *	HEX NAME
 *	...
 *
 * "code" is a hash of the code and of where it lies: of two images that have it in
 * common, nothing but data differs. The symbols are those of code, sorted by
 * address, one an address, without the labels inside of functions. Taking all from
 * the file that is booted leaves no room for a symbol table of another build.
 *
 * Exit status: 0 printed, 1 the image cannot be used, 2 usage.
 */
#include <errno.h>
#include <gelf.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base.h"
#include "code.h"

#define MAX_CODE_SECTIONS 64
#define MAX_SPANS 256
/* Digits of the hash of a function. */
#define FUNCTION_DIGITS 16
#define MAX_BUILD_ID 64
#define MAX_NAME 255

/**
 * struct image - what is read of a file
 * @path: of it
 * @elf: of libelf, which owns the names of the symbols
 * @v: symbols
 * @nr: number of them
 * @places: symbols that have a size, of code or of data
 * @nr_places: number of them
 * @spans: what is loaded
 * @nr_spans: number of them
 * @sums: for each section of code, a hash of where it lies, and one of what it is
 * @nr_code: number of them
 * @build_id: in hex; empty: none so far
 */
struct image {
	const char *path;
	Elf *elf;
	struct symbol *v;
	size_t nr;
	struct symbol *places;
	size_t nr_places;
	struct span spans[MAX_SPANS];
	size_t nr_spans;
	uint8_t sums[MAX_CODE_SECTIONS][2][SHA256_SIZE];
	size_t nr_code;
	char build_id[2 * MAX_BUILD_ID + 1];
};

static void refuse(const struct image *image, const char *why)
	__attribute__((noreturn));
static void refuse(const struct image *image, const char *why)
{
	fprintf(stderr, "vmabench-symbols: %s: %s\n", image->path, why);
	exit(1);
}

static void print_hex(char *to, const void *bytes, size_t len)
{
	const unsigned char *b = bytes;

	for (size_t i = 0; i < len; i++)
		sprintf(to + 2 * i, "%02x", b[i]);
}

static void read_notes(struct image *image, Elf_Scn *section)
{
	Elf_Data *data = elf_getdata(section, NULL);
	size_t at = 0, name, desc;
	GElf_Nhdr note;

	if (!data)
		refuse(image, elf_errmsg(-1));
	while ((at = gelf_getnote(data, at, &note, &name, &desc)))
		if (note.n_type == NT_GNU_BUILD_ID && note.n_descsz &&
		    note.n_descsz <= MAX_BUILD_ID &&
		    note.n_namesz == sizeof("GNU") &&
		    !memcmp((char *)data->d_buf + name, "GNU", sizeof("GNU")))
			print_hex(image->build_id, (char *)data->d_buf + desc,
				  note.n_descsz);
}

/* Has the symbol a place of its own in the image? */
static bool is_place(const GElf_Sym *sym)
{
	return (GELF_ST_TYPE(sym->st_info) == STT_FUNC ||
		GELF_ST_TYPE(sym->st_info) == STT_OBJECT) &&
	       sym->st_size && sym->st_shndx != SHN_UNDEF &&
	       sym->st_shndx < SHN_LORESERVE;
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

static int by_address(const void *a, const void *b)
{
	const struct symbol *x = a, *y = b;

	if (x->addr != y->addr)
		return x->addr > y->addr ? 1 : -1;
	return strcmp(x->name, y->name);
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
static void drop_aliases(struct image *image)
{
	struct symbol *kept = image->v;
	uint64_t end = 0;
	size_t used = 0;

	for (size_t i = 0; i < image->nr; i++) {
		const struct symbol v = image->v[i];

		if (used && kept[used - 1].addr == v.addr) {
			if (is_mark(kept[used - 1].name))
				kept[used - 1] = v;
		} else if (v.size || v.addr >= end) {
			kept[used++] = v;
		}
		if (v.addr + v.size > end)
			end = v.addr + v.size;
	}
	image->nr = used;
}

static void read_symbols(struct image *image, Elf_Scn *section,
			 const GElf_Shdr *header)
{
	Elf_Data *data = elf_getdata(section, NULL);
	size_t nr;

	if (!data || !header->sh_entsize || image->v)
		refuse(image, "has no table of symbols that can be read");
	nr = data->d_size / header->sh_entsize;
	image->v = calloc(nr + 1, sizeof(*image->v)); /* not NULL for none */
	image->places = calloc(nr + 1, sizeof(*image->places));
	if (!image->v || !image->places)
		refuse(image, strerror(ENOMEM));
	for (size_t i = 0; i < nr; i++) {
		const char *name;
		GElf_Sym sym;

		if (!gelf_getsym(data, (int)i, &sym))
			continue;
		name = elf_strptr(image->elf, header->sh_link, sym.st_name);
		if (name && is_place(&sym))
			image->places[image->nr_places++] =
				(struct symbol){ sym.st_value, sym.st_size, name };
		if (!is_text(image->elf, &sym))
			continue;
		if (name && *name && *name != '.' && strlen(name) <= MAX_NAME)
			image->v[image->nr++] =
				(struct symbol){ sym.st_value, sym.st_size, name };
	}
	qsort(image->v, image->nr, sizeof(*image->v), by_address);
	qsort(image->places, image->nr_places, sizeof(*image->places),
	      by_address);
	drop_aliases(image);
}

/* Each section of code counts with where it lies: equal only if the code is. */
static void add_code(struct image *image, Elf_Scn *section,
		     const GElf_Shdr *header)
{
	const uint64_t at[2] = { header->sh_addr, header->sh_size };
	Elf_Data *data = elf_rawdata(section, NULL);

	if (!data)
		refuse(image, elf_errmsg(-1));
	if (!data->d_buf)
		return;
	if (image->nr_code == MAX_CODE_SECTIONS)
		refuse(image, "has too many sections of code");
	sha256(at, sizeof(at), image->sums[image->nr_code][0]);
	sha256(data->d_buf, data->d_size, image->sums[image->nr_code][1]);
	image->nr_code++;
}

static void add_span(struct image *image, Elf_Scn *section,
		     const GElf_Shdr *header)
{
	const Elf_Data *data = NULL;

	if (image->nr_spans == MAX_SPANS)
		refuse(image, "has too many sections");
	if (header->sh_flags & SHF_EXECINSTR)
		data = elf_rawdata(section, NULL);
	image->spans[image->nr_spans++] = (struct span){
		.addr = header->sh_addr,
		.size = header->sh_size,
		.bytes = data && data->d_size == header->sh_size ? data->d_buf
								 : NULL,
	};
}

static void read_sections(struct image *image)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;
	size_t nr;

	/* Zero of a file that was cut off: they are at its end. */
	if (elf_getshdrnum(image->elf, &nr) || !nr)
		refuse(image, "has no sections: is it cut off?");
	while ((section = elf_nextscn(image->elf, section))) {
		if (!gelf_getshdr(section, &header))
			refuse(image, elf_errmsg(-1));
		if (header.sh_flags & SHF_EXECINSTR)
			add_code(image, section, &header);
		if (header.sh_flags & SHF_ALLOC)
			add_span(image, section, &header);
		if (header.sh_type == SHT_NOTE)
			read_notes(image, section);
		else if (header.sh_type == SHT_SYMTAB)
			read_symbols(image, section, &header);
	}
	if (!image->nr)
		refuse(image, "has no symbols of code: was it stripped?");
	if (!image->build_id[0])
		refuse(image, "has no build id");
}

static void print_image(const struct image *image)
{
	char code[2 * SHA256_SIZE + 1];
	uint8_t digest[SHA256_SIZE];

	sha256(image->sums, image->nr_code * sizeof(*image->sums), digest);
	print_hex(code, digest, sizeof(digest));
	printf("build_id %s\ncode %s\n", image->build_id, code);
	for (size_t i = 0; i < image->nr; i++)
		printf("%016llx t %s\n", (unsigned long long)image->v[i].addr,
		       image->v[i].name);
}

/* Its bytes up to the end of the section, or NULL. A label ends where the next one begins. */
static const uint8_t *code_of(const struct image *image, size_t i,
			      struct symbol *function)
{
	*function = image->v[i];
	for (size_t s = 0; s < image->nr_spans; s++) {
		const struct span *span = &image->spans[s];
		uint64_t at = function->addr - span->addr;

		if (!span->bytes || at >= span->size)
			continue;
		if (!function->size && i + 1 < image->nr)
			function->size = image->v[i + 1].addr - function->addr;
		if (!function->size || function->size > span->size - at)
			function->size = span->size - at;
		return span->bytes + at;
	}
	return NULL;
}

static void print_functions(const struct image *image)
{
	const struct places places = { image->places, image->nr_places,
				       image->spans, image->nr_spans };
	char hex[2 * SHA256_SIZE + 1];
	uint8_t digest[SHA256_SIZE];
	GElf_Ehdr header;

	if (!gelf_getehdr(image->elf, &header) || header.e_machine != EM_X86_64)
		return;
	for (size_t i = 0; i < image->nr; i++) {
		struct symbol function;
		const uint8_t *bytes = code_of(image, i, &function);

		if (!bytes)
			continue;
		code_hash(&places, &function, bytes, digest);
		print_hex(hex, digest, sizeof(digest));
		printf("%.*s %s\n", FUNCTION_DIGITS, hex, function.name);
	}
}

int main(int argc, char **argv)
{
	bool functions = argc > 1 && !strcmp(argv[1], "--functions");
	struct image image = { .path = argv[argc - 1] };
	int fd;

	if (argc != 2 + functions || *image.path == '-') {
		fputs("Usage: vmabench-symbols [--functions] VMLINUX\n"
		      "Print build id, hash of the code and symbols of a kernel image, or a hash of each\n"
		      "function.\n",
		      stderr);
		return 2;
	}
	fd = open_input(image.path);
	if (fd < 0)
		refuse(&image, input_error(fd));
	elf_version(EV_CURRENT);
	image.elf = elf_begin(fd, ELF_C_READ, NULL);
	if (!image.elf || elf_kind(image.elf) != ELF_K_ELF)
		refuse(&image, "is not an ELF file");
	read_sections(&image);
	if (functions)
		print_functions(&image);
	else
		print_image(&image);
	if (fflush(stdout) || ferror(stdout)) {
		perror("vmabench-symbols: writing");
		return 1;
	}
	free(image.places);
	free(image.v);
	elf_end(image.elf);
	close(fd);
	return 0;
}
